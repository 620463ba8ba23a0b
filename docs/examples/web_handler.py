"""A web service around the scorer: POST /tone with {"text": "…", "target": "…"}.

Start it with: uvicorn --app-dir docs/examples web_handler:app --host 127.0.0.1 --port 8000
It has no login: keep it on loopback, or behind a proxy that has one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import mlflow
import pandas as pd
from fastapi import FastAPI, HTTPException
from mlflow.exceptions import MlflowException
from pydantic import BaseModel, Field


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the model once, before the first request."""
    app.state.model = mlflow.pyfunc.load_model("models:/tenor-tone@champion")
    from tenor.features.errors import TenorError  # the model brings it; nothing needs to be installed

    app.state.refusals = (TenorError, MlflowException)
    yield


app = FastAPI(lifespan=lifespan)


class Question(BaseModel):
    """One text and the words in it that the tone is taken toward."""

    text: str = Field(max_length=20_000)
    target: str = Field(max_length=500)


@app.post("/tone")
def tone(question: Question) -> dict[str, float | str]:
    """Answer one question; FastAPI calls this from several threads, which the model allows."""
    rows = pd.DataFrame([question.model_dump()])
    try:
        answer = app.state.model.predict(rows)
    except app.state.refusals as error:  # names the row and the column, never the text
        raise HTTPException(status_code=422, detail=str(error)) from error
    return dict(answer.iloc[0])
