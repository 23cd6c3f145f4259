from django.apps import AppConfig


class LayoutConfig(AppConfig):
    name = "learnwork.layout"
    label = "layout"
