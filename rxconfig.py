"""What the UI framework is told about this process; what a club sets stands in `lifecycle/settings.py`."""

import reflex as rx

from club_ui.serve import origins
from lifecycle.settings import Settings

settings = Settings()

config = rx.Config(
    app_name="club_ui",
    # Baked into the bundle, where `club_ui/build.py` replaces it with the address the page came from.
    api_url="http://localhost:8000",
    deploy_url="http://localhost:8000",
    redis_url=settings.redis_url,
    state_manager_mode="redis" if settings.redis_url else "memory",
    cors_allowed_origins=origins(settings),
    trusted_proxy_hops=settings.proxy_hops,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    disable_plugins=[rx.plugins.SitemapPlugin],
)
