"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path, register_converter

from learnwork.web import bulk, comparing, embeds, following, history, pages, places, sitemaps
from learnwork.web.api import api


class Ctid:
    """Anything that looks like an identifier; whether it is one, the registry says in words."""

    regex = r"ce-[0-9A-Za-z-]{1,80}"

    def to_python(self, value: str) -> str:
        return value.lower()

    def to_url(self, value: str) -> str:
        return value


register_converter(Ctid, "ctid")

urlpatterns = [
    path("", pages.home, name="home"),
    path("search", pages.search, name="search"),
    path("compare", comparing.compare, name="compare"),
    path("search.atom", following.feed, name="search-feed"),
    path("alerts/new", following.ask, name="alert-new"),
    path("alerts/confirm/<str:token>", following.confirm, name="alert-confirm"),
    path("alerts/end/<str:token>", following.end, name="alert-end"),
    path("resources/<ctid:ctid>", pages.resource, name="resource"),
    path("resources/<ctid:ctid>.json", pages.resource_data, name="resource-data"),
    path("resources/<ctid:ctid>/history", history.history, name="history"),
    path("graph/<ctid:ctid>", pages.graph, name="graph"),
    path("places/state/<str:key>", places.state, name="state"),
    path("places/county/<str:code>", places.county, name="county"),
    path("sources", pages.sources, name="sources"),
    path("sources/<str:key>", pages.source, name="source"),
    path("licences", pages.licences, name="licences"),
    path("decisions", pages.decision_list, name="decisions"),
    path("about/marks", pages.marks, name="marks"),
    path("about/style", pages.style, name="style"),
    path("health", pages.health, name="health"),
    path("embed/<ctid:ctid>", embeds.embed, name="embed"),
    path("oembed", embeds.oembed, name="oembed"),
    path("bulk", bulk.listing, name="bulk"),
    path("bulk/<int:sequence>/<str:name>", bulk.file, name="bulk-file"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/pages.xml", sitemaps.pages, name="sitemap-pages"),
    path("sitemaps/<int:number>.xml", sitemaps.resources, name="sitemap-resources"),
    path("api/", api.urls),
    path("", include("learnwork.web.api.case")),
    path("accounts/", include("learnwork.accounts.urls")),
    path("", include("learnwork.surveys.urls")),
    path("", include("learnwork.competencies.urls")),
    path("", include("learnwork.landscape.urls")),
    path("", include("learnwork.intake.urls")),
    path("", include("learnwork.wallet.urls")),
]

handler403 = "learnwork.web.pages.forbidden"
handler404 = "learnwork.web.pages.not_found"
handler429 = "learnwork.web.pages.too_many"
handler500 = "learnwork.web.pages.failure"
