"""The stores fit the ports that the services ask for, name by name."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from app.services import ports, store_ports
from app.storage.accounts import SqlAccounts
from app.storage.blobs import FileBlobs
from app.storage.conversations import SqlConversations
from app.storage.costs import SqlCosts
from app.storage.gates import SqlGate
from app.storage.jobs import SqlJobs
from app.storage.library import SqlPictures
from app.storage.reserve import Reserve
from app.storage.spool import FileSpool, FileSpoolFile
from app.storage.uploads import SqlUploads


def checked_by_mypy(engine: Engine, folder: Path, reserve: Reserve) -> None:
    jobs: ports.JobStore = SqlJobs(engine)
    costs: store_ports.CostStore = SqlCosts(engine)
    pictures: store_ports.PictureStore = SqlPictures(engine)
    accounts: store_ports.AccountStore = SqlAccounts(engine)
    blobs: ports.BlobStore = FileBlobs(folder, reserve)
    spool: ports.Spool = FileSpool(folder, reserve)
    gate: ports.Gate = SqlGate(engine, "an account", 300.0)
    uploads: store_ports.UploadStore = SqlUploads(engine)
    conversations: store_ports.ConversationStore = SqlConversations(engine)
    assert all((conversations, jobs, costs, pictures, accounts, blobs, spool, gate, uploads))


@pytest.mark.parametrize(
    ("port", "adapter"),
    [
        (ports.JobStore, SqlJobs),
        (store_ports.CostStore, SqlCosts),
        (store_ports.PictureStore, SqlPictures),
        (store_ports.ConversationStore, SqlConversations),
        (store_ports.UploadStore, SqlUploads),
        (store_ports.AccountStore, SqlAccounts),
        (ports.BlobStore, FileBlobs),
        (ports.Spool, FileSpool),
        (ports.SpoolFile, FileSpoolFile),
        (ports.Gate, SqlGate),
    ],
)
def test_an_adapter_has_every_method_of_its_port_with_the_same_parameters(port: type, adapter: type) -> None:
    methods = {
        name: method
        for base in port.__mro__
        for name, method in vars(base).items()
        if inspect.isfunction(method) and not name.startswith("_")
    }
    assert methods
    for name, method in methods.items():
        wanted = inspect.signature(method).parameters
        offered = inspect.signature(getattr(adapter, name)).parameters
        assert [(one.name, one.kind, one.default) for one in offered.values()] == [
            (one.name, one.kind, one.default) for one in wanted.values()
        ], name
