"""A Spark of this machine, started once for all tests that need one, and only then; the command line."""

import os
import shutil
import sys
import warnings
from typing import NamedTuple

import pytest

from batch.registers import DAY, ITEM
from crossprov.cli import main


@pytest.fixture(scope="session")
def spark():
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java")
    sql = pytest.importorskip("pyspark.sql", reason="Spark is an extra")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.memory": "1g",
        "spark.log.level": "ERROR",
    }
    builder = sql.SparkSession.builder.master("local[2]").appName("tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, which nothing here uses
        session = builder.getOrCreate()
    yield session
    session.stop()


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("CROSSPROV_LANG", "en")
    monkeypatch.delenv("CROSSPROV_ENGINE", raising=False)


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = main([str(one) for one in arguments])
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture
def batch(run):
    """Run ``crossprov batch`` for the certification item on its day."""

    def call(source, target, *options):
        return run("batch", ITEM, source, target, "--as-of", DAY, "--jobs", 1, *options)

    return call
