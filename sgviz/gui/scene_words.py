"""The line below the W view: how much is drawn, where, and what is not."""

from sgviz.frame import Scene
from sgviz.state import Form


def scene_words(scene: Scene, drawn: str, colours: str) -> str:
    """Facts of a scene; ``drawn`` says what is thinned, ``colours`` what they mean."""
    slices, circles, points = scene.positions.shape[:3]
    facts = [f"{size_words(scene.form, circles, points)} in {scene.space}"]
    if scene.panels:
        facts.append("each panel at its own size")
    elif slices > 1:
        facts.append(f"{slices} triplets, {scene.titles[0]} to {scene.titles[-1]}")
    else:
        facts.append(scene.titles[0])
    if scene.shares:
        shares = ", ".join(f"{share:.1%}" for share in scene.shares)
        facts.append(f"explained {shares}")
    first, *more = facts
    said = (first, colours, *more, drawn, scene.note)
    return " · ".join(fact for fact in said if fact)


def size_words(form: Form, rows: int, points: int) -> str:
    """How much there is: circles and points, rows of a surface, or a heap."""
    if form == "points":
        return f"{points:,} points"
    if form == "surface":
        return f"surface of {rows} × {points} points"
    return f"{rows:,} circle{'s' if rows > 1 else ''} × {points} points"
