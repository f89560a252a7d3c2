"""Settings: what can be set (`options`), read from file and environment (`reading`), and asked for (`Settings`)."""

from connector.settings.options import OPTIONS, Option
from connector.settings.reading import build, load
from connector.settings.settings import Settings, SettingsError, SourceSettings

__all__ = ["OPTIONS", "Option", "Settings", "SettingsError", "SourceSettings", "build", "load"]
