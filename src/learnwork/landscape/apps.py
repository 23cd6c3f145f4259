from django.apps import AppConfig


class Landscape(AppConfig):
    name = "learnwork.landscape"
