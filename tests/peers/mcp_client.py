"""An MCP client made of the package mcp, whose headers come from a command, as such clients have it in their settings.

Usage: mcp_client.py ADDRESS COMMAND...
"""

import asyncio
import json
import subprocess
import sys

import httpx2
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

address, *command = sys.argv[1:]
headers = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


async def main():
    async with (
        httpx2.AsyncClient(headers=headers, timeout=30) as http,
        streamable_http_client(address, http_client=http) as streams,
        ClientSession(streams[0], streams[1]) as session,
    ):
        await session.initialize()
        answer = await session.call_tool("who_am_i", {})
        print(answer.content[0].text)


asyncio.run(main())
