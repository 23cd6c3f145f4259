from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "learnwork.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
