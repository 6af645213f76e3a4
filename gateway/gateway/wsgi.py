"""What gunicorn's workers load: `gateway.wsgi:app`."""

from gateway.app import Gateway
from gateway.settings import GatewaySettings
from kit.settings import load

app = Gateway(load(GatewaySettings)).start().wsgi
