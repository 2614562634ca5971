"""An MCP server made of the package mcp, which takes tokens of one authorization server, meant for itself, only.

Usage: mcp_server.py ISSUER
"""

import asyncio
import socket
import sys

import jwt
import uvicorn
from mcp.server import MCPServer
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings

issuer = sys.argv[1]
listener = socket.create_server(("127.0.0.1", 0))
origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
keys = jwt.PyJWKClient(f"{issuer}/jwks")


class Verifier:
    async def verify_token(self, token):
        try:
            key = keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token, key, algorithms=["RS256"], audience=f"{origin}/mcp", issuer=issuer
            )
        except jwt.PyJWTError as error:
            print(f"refused: {error}", file=sys.stderr)
            return None
        return AccessToken(
            token=token,
            client_id=claims["client_id"],
            scopes=claims.get("scope", "").split(),
            expires_at=claims["exp"],
            resource=claims["aud"],
            subject=claims["sub"],
        )


server = MCPServer(
    "printers",
    token_verifier=Verifier(),
    auth=AuthSettings(
        issuer_url=issuer,
        resource_server_url=f"{origin}/mcp",
        required_scopes=["mcp"],
        validate_token_resource=True,
    ),
)


@server.tool()
def who_am_i() -> str:
    """Tells whose token this is."""
    return f"you are {get_access_token().subject}"


async def main():
    app = server.streamable_http_app(json_response=True)
    running = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    print(f"listening on {origin}", flush=True)
    await running.serve(sockets=[listener])


asyncio.run(main())
