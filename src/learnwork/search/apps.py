from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "learnwork.search"
    label = "search"
