"""Private PostgreSQL and Redis: real servers in a directory of one's own, for demo and tests.

`open_postgres` and `open_redis` use the servers named by WUXING_DATABASE_URL and
WUXING_REDIS_URL when those are set; otherwise they start private ones. Private servers listen
on a free loopback port with a password, need no rights and install nothing; when their
launcher ends, however it ends, they end too. The data stays and is found again next time.
"""

from deploy.local.postgres import GivenPostgres, Postgres, open_postgres
from deploy.local.processes import ServerError
from deploy.local.redis import GivenRedis, Redis, open_redis

__all__ = [
    "GivenPostgres",
    "GivenRedis",
    "Postgres",
    "Redis",
    "ServerError",
    "open_postgres",
    "open_redis",
]
