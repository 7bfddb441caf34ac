"""What one application works out, the next of the same service takes over.

FastAPI works out an included route when it is first matched: its fields, its validators, its
dependencies. That depends on nothing a test chooses (settings, database, ports), yet takes longer
than most tests. So the applications of one test process share it; everything else is each one's
own: state, lifespan, middleware, the API document.
"""

from fastapi import FastAPI
from starlette.routing import BaseRoute

_WORKED_OUT: dict[tuple[str, int], BaseRoute] = {}


def sharing(app: FastAPI) -> FastAPI:
    """Give the application the included routes that an earlier one of its service worked out."""
    app.router.routes[:] = [_shared(app.title, route) for route in app.router.routes]
    return app


def _shared(title: str, route: BaseRoute) -> BaseRoute:
    included = getattr(route, "original_router", None)
    return route if included is None else _WORKED_OUT.setdefault((title, id(included)), route)
