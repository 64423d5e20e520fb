"""How a report looks, by day and by night: a style sheet, and no more."""

STYLE = """
:root{--paper:#fff;--ink:#1c1f24;--soft:#5d6672;--line:#e2e6eb;--band:#cfd6de;
--twin:#8b96a3;--value:#0b66c3;--out:#b4500b;--s0:#0b66c3;--s1:#d1660a;--s2:#10805c;
--s3:#a63a8b;--s4:#7d6a00;--s5:#5a4fcf}
@media (prefers-color-scheme:dark){:root{--paper:#16191d;--ink:#e6e9ed;--soft:#9aa4b0;
--line:#2b3138;--band:#424d59;--twin:#77828f;--value:#5aa9ff;--out:#ff9e57;
--s0:#5aa9ff;--s1:#ffa14a;--s2:#4fcf9f;--s3:#e58bd0;--s4:#d9c24a;--s5:#a39bff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1080px;margin:0 auto;padding:40px 24px 64px}
h1{font-size:28px;line-height:1.2;margin:0 0 8px;overflow-wrap:anywhere}
h2{font-size:20px;margin:48px 0 12px}h3{font-size:15px;margin:0 0 4px}
header p,figcaption,footer,dd{color:var(--soft)}
.lead{font-size:18px;margin:28px 0 12px}
.problem{border-left:3px solid var(--out);padding:2px 12px;margin:8px 0}
.wide{overflow-x:auto;margin:16px 0 24px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:5px 10px;text-align:right;white-space:nowrap;
border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--soft);font-size:13px}
th:first-child,td:first-child{text-align:left;padding-left:0}
tr.outside td.place,td.outside{color:var(--out);font-weight:600}
.plots{display:grid;gap:40px 32px;
grid-template-columns:repeat(auto-fill,minmax(min(420px,100%),1fr))}
figure{margin:0}figure.broad{grid-column:1/-1}
.images{display:block;width:100%;margin:0 0 10px}
figcaption{font-size:13px}
svg{width:100%;height:auto;display:block;overflow:visible}
.cells{image-rendering:pixelated}svg.strip{width:150px;height:18px}
svg text{fill:var(--soft);font-size:11px;font-family:inherit}
.line{fill:none;stroke-width:1.6;stroke-linejoin:round}
.mean{stroke:var(--ink);stroke-width:2.6}.legend i.mean{background:var(--ink)}
.grid{stroke:var(--line)}.tick{stroke:var(--soft)}
.level{stroke:var(--ink);stroke-dasharray:4 4}
.band{fill:var(--band);fill-opacity:.7;stroke:var(--band);stroke-width:1}
.twin{stroke:var(--twin)}.value{fill:var(--value)}
tr.outside .value{fill:var(--out)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;color:var(--soft);font-size:13px}
.legend i{display:inline-block;width:12px;height:12px;border-radius:3px;
margin-right:6px;vertical-align:-1px}.legend i.band{background:var(--band)}
dt{font-weight:600;margin-top:10px}dd{margin:0}code{color:var(--ink);margin-right:8px}
li{margin:4px 0}details{margin:16px 0}summary{cursor:pointer;color:var(--soft)}
footer{margin-top:48px;font-size:13px}
@media print{main{max-width:none;padding:0}}
"""
