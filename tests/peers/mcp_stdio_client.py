"""An MCP client made of the package mcp, which starts its one server as an editor's settings say.

Usage: mcp_stdio_client.py MCP_JSON
"""

import asyncio
import json
import os
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

with open(sys.argv[1]) as settings:
    (server,) = json.load(settings)["servers"].values()
parameters = StdioServerParameters(command=server["command"], args=server["args"], env=dict(os.environ))


async def main():
    async with stdio_client(parameters) as streams, ClientSession(*streams) as session:
        await session.initialize()
        answer = await session.call_tool("who_am_i", {})
        print(answer.content[0].text)


asyncio.run(main())
