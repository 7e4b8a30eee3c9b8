"""Puts both builds of the C library into the wheel, and names the wheel by what they need.

The library is taken from GUIDEDMIXUP_LIBRARY (a folder as interop/C/build.sh makes it), else from guidedmixup/lib where it already lies, else
it is built by ../C/build.sh, which needs the .NET SDK.
"""
import os
import re
import shutil
import subprocess

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.dist import Distribution
from wheel.bdist_wheel import bdist_wheel

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARIES = [os.path.join(build, "libguidedmixup.so") for build in ("x86-64-v3", "x86-64-v4")]


def library_folder(scratch):
    """The folder that holds the builds."""
    given = os.environ.get("GUIDEDMIXUP_LIBRARY", "")
    inside = os.path.join(HERE, "guidedmixup", "lib")
    for folder in (given, inside):
        if folder and all(os.path.isfile(os.path.join(folder, library)) for library in LIBRARIES):
            return folder
    if given:
        raise SystemExit(f"GUIDEDMIXUP_LIBRARY is {given}, which lacks {' or '.join(LIBRARIES)}")
    script = os.path.join(HERE, "..", "C", "build.sh")
    if not os.path.isfile(script):
        raise SystemExit(f"no library to pack: set GUIDEDMIXUP_LIBRARY to a folder with {' and '.join(LIBRARIES)}")
    subprocess.run(["sh", script, scratch], check=True)
    return scratch


def newest_glibc(files):
    """The newest glibc version that any of the libraries asks for, as (2, minor)."""
    minors = [int(minor) for file in files for minor in re.findall(rb"GLIBC_2\.(\d+)", open(file, "rb").read())]
    return 2, max(minors)


class BuildWithLibrary(build_py):
    """Copies the builds beside the package's modules."""

    def run(self):
        super().run()
        if getattr(self, "editable_mode", False):  # then GUIDEDMIXUP_LIBRARY names the library at run time
            return
        folder = library_folder(os.path.abspath(os.path.join("build", "library")))
        for library in LIBRARIES:
            target = os.path.join(self.build_lib, "guidedmixup", "lib", library)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(folder, library), target)


class PlatformWheel(bdist_wheel):
    """py3-none-manylinux_2_<minor>_x86_64: no Python ABI, but a machine and a C library."""

    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self):
        libraries = [os.path.join(self.bdist_dir, "guidedmixup", "lib", library) for library in LIBRARIES]
        if not all(map(os.path.isfile, libraries)):  # asked before the build, for a name alone
            return "py3", "none", "linux_x86_64"
        major, minor = newest_glibc(libraries)
        return "py3", "none", f"manylinux_{major}_{minor}_x86_64"


class WithLibrary(Distribution):
    """Not pure."""

    def has_ext_modules(self):
        return True


setup(cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel}, distclass=WithLibrary)
