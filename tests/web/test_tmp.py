import pytest
from datetime import date
BAD=["\x00", "<script>alert(1)</script>", "9"*5000, "0001", "9999", "0001-01-01", "9999-12-31","0001-01-01..9999-12-31","0001-W01","9999-W52","0001-Q1","9999-Q4","0001-01","9999-12", "0001-01-01T00:00","9999-12-31T23:59","0001-01-01T00:00+14:00","9999-12-31T23:59-12:00", "٣", "²", "-1", "0", "1e9", "\ud800".encode('utf8','surrogatepass').decode('latin1'), "a"*3000]
@pytest.mark.parametrize("name",["metric","period","by","scope","as_of","from","to","all"])
def test_x(admin, acme, name):
    for b in BAD:
        q={name:b}
        if name in("from","to"): q|={"period":"custom", "to" if name=="from" else "from":"2025-03-03"}
        for path in ("leaderboards/","leaderboards/records/"):
            if "records" in path: q={"holder":acme.members["ana"].public_id, **q}
            try:
                r=admin.get(acme.path(path), q)
                if b in("\x00",) or r.status_code not in (200,404,400): print(name,path,repr(b[:30]),r.status_code)
                if r.status_code==200 and "records" in path: print(name, repr(b[:30]))
            except Exception as e:
                print("!!!",name,path,repr(b[:30]),type(e).__name__,str(e)[:100])
@pytest.mark.parametrize("name",["holder","page"])
def test_y(admin, acme, name):
    for b in BAD:
        q={"holder":acme.members["ana"].public_id,name:b}
        try:
                r=admin.get(acme.path("leaderboards/records/"), q)
                print(name,repr(b[:30]),r.status_code)
        except Exception as e:
                print("!!!",name,repr(b[:30]),type(e).__name__,str(e)[:100])
def test_z(admin,acme):
    for p in ("screens/%00/revoke/","screens/abc/revoke/"):
        try: print(p, admin.post(acme.path(p)).status_code)
        except Exception as e:print("!!!",p,repr(e))
    for p in ("/tv/acme/%00/","/tv/acme/x/","/tv/nope/x/", "/o/nope/", "/o/globex/","/o/ACME/"):
        try: print(p, admin.get(p).status_code)
        except Exception as e:print("!!!",p,repr(e))
    for b in BAD:
        for f in("name","metric","period","by","team"):
            try:
                r=admin.post(acme.path("screens/new/"), {"name":"x","metric":"calls","period":"today","by":"member","team":"",f:b}); print(f,repr(b[:20]),r.status_code) if r.status_code!=422 else 0
            except Exception as e:print("!!!",f,repr(b[:20]),repr(e)[:100])
