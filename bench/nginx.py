"""nginx with gzip_static, as a child process with files of its own."""

import getpass
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench import processes
from bench.contenders import Answer
from bench.processes import Process
from schemas.snapshots import gzipped

IS_INSTALLED: Final = shutil.which("nginx") is not None
_ADDED: Final = ("cache-control", "vary", "access-control-allow-origin")
_CONFIGURATION: Final = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    types {{ application/json json; application/xml xml; }}
    access_log off;
    server_tokens off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_requests 1000000000;
    open_file_cache max=100;
    open_file_cache_valid 60s;
    gzip_static on;
    client_body_temp_path {folder}/client;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=2048;
        root {folder}/html;
        {headers}
    }}
}}
"""


@contextmanager
def serving(folder: Path, answers: Sequence[Answer]) -> Iterator[Process]:
    """nginx with the files of the answers, plain and gzipped, and their cache headers."""
    port = processes.free_port()
    for answer in answers:
        path = folder / "html" / "v1" / "shops" / answer.shop_key / answer.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer.plain)
        zipped = gzipped(answer.plain)
        path.with_name(f"{path.name}.gz").write_bytes(zipped)
    configuration = folder / "nginx.conf"
    configuration.write_text(_configuration(folder, port, answers[0]))
    files = ("-p", folder, "-e", folder / "error.log", "-c", configuration)
    command = ["nginx", *map(str, files)]
    with processes.serving(command, port) as process:
        yield process


def _configuration(folder: Path, port: int, answer: Answer) -> str:
    headers = "\n".join(
        f'        add_header {name} "{value}";'
        for name, value in answer.headers
        if name.lower() in _ADDED
    )
    # Its worker would otherwise run as a user who cannot read a folder of root's.
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    return _CONFIGURATION.format(folder=folder, port=port, headers=headers, user=user)
