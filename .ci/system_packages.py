"""Bring the system libraries that Qt and OpenGL need, or say which are missing.

Looks by loading each library, which takes milliseconds, and does nothing where all
are there. Where one is missing, Debian's and Ubuntu's packages are installed with
apt as root or with passwordless sudo; otherwise the line to type is printed.

``--screen`` asks for a virtual screen too: the tests and ``snapshot`` need it.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

# What Qt's xcb plugin and PyOpenGL load, by Debian package.
LIBRARIES = {
    "libdbus-1-3": "libdbus-1.so.3",
    "libegl1": "libEGL.so.1",
    "libfontconfig1": "libfontconfig.so.1",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libopengl0": "libOpenGL.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xinerama0": "libxcb-xinerama.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
}
SCREEN_LIBRARIES = {"libglx-mesa0": "libGLX_mesa.so.0"}


def loads(library: str) -> bool:
    """Whether the dynamic loader finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_software_gl() -> bool:
    """Whether Mesa's software renderer is here: a driver or, since 24.2, a library."""
    drivers = ("dri/swrast_dri.so", "libgallium-*.so")
    places = ("lib*", "lib/*-linux-*")
    return any(any(Path("/usr").glob(f"{p}/{d}")) for p in places for d in drivers)


def missing_packages(screen: bool) -> list[str]:
    """The Debian packages of everything that is not there."""
    wanted = LIBRARIES | (SCREEN_LIBRARIES if screen else {})
    missing = [package for package, library in wanted.items() if not loads(library)]
    if screen and not shutil.which("Xvfb"):
        missing.append("xvfb")
    if screen and not has_software_gl():
        missing.append("libgl1-mesa-dri")
    if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        missing.append(f"python{version}-venv")
    return missing


def apt() -> list[str] | None:
    """How apt-get is called without asking anybody, or None where it cannot be."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if (
        shutil.which("sudo")
        and not subprocess.run(
            ["sudo", "-n", "true"], capture_output=True, check=False
        ).returncode
    ):
        return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def main() -> int:
    """Install what is missing; 0 when everything is there afterwards."""
    if not sys.platform.startswith("linux"):
        return 0
    no_display = not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    screen = no_display or "--screen" in sys.argv[1:]
    missing = missing_packages(screen)
    if not missing:
        return 0
    command = apt()
    if command is not None:
        print("sgviz: installing", " ".join(missing), flush=True)
        subprocess.run([*command, "update", "-q"], check=False)
        install = [*command, "install", "-q", "-y", "--no-install-recommends"]
        if not subprocess.run([*install, *missing], check=False).returncode:
            return 0
    packages = " ".join(missing)
    print(
        "sgviz: this machine lacks libraries that the window needs. Please run:\n"
        f"  sudo apt-get install --no-install-recommends {packages}\n"
        "(other systems: the packages that hold the same libraries)",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
