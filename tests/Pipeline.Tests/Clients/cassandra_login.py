"""How the independent clients log in to a node that asks for a password and speaks TLS only, as its first user.

    cassandra_login.py HOST PORT AUTHORITY NAME PASSWORD     makes a user who may make and fill keyspaces, and is held to the node's guardrails
"""
import ssl
import sys

from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import Cluster

USER = PASSWORD = "cassandra"


def describe(host, port, authority):
    """A cluster to connect to."""
    context = ssl.create_default_context(cafile=authority)
    context.check_hostname = False
    return Cluster([host], port=int(port), ssl_context=context, auth_provider=PlainTextAuthProvider(USER, PASSWORD), connect_timeout=30)


def main():
    host, port, authority, name, password = sys.argv[1:]
    cluster = describe(host, port, authority)
    session = cluster.connect()
    session.execute(f"CREATE ROLE {name} WITH PASSWORD = '{password}' AND LOGIN = true", timeout=60)
    for right in ("CREATE", "ALTER", "SELECT", "MODIFY"):
        session.execute(f"GRANT {right} ON ALL KEYSPACES TO {name}", timeout=60)
    cluster.shutdown()


if __name__ == "__main__":
    main()
