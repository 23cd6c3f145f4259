from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "learnwork.web"
    label = "web"
