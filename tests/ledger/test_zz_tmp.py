from tests.ledger import test_differential as t
def test_x(db: None) -> None:
    t.IS_LONG = True
    t._run(examples=80, steps=25)
