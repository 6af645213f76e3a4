"""Both ends of a remote call: `entrypoint` for services, `caller` for the gateway."""
