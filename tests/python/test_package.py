"""The package itself: its structs against the header, its wheel, what it says where something is missing."""
import ast
import ctypes
import glob
import inspect
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from unittest import mock

import guidedmixup
from guidedmixup import stages
from guidedmixup._native import library, options, processor, structures

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.abspath(os.path.join(HERE, "..", "..", "interop", "Python"))
HEADER = os.path.join(SOURCE, "..", "C", "guidedmixup.h")
PACKAGE = os.path.dirname(os.path.abspath(guidedmixup.__file__))


def run(code, **environment):
    """A Python of its own; PYTHONPATH is this package's unless given."""
    values = dict(os.environ, **environment)
    values = {name: value for name, value in values.items() if value is not None}
    done = subprocess.run([sys.executable, "-c", code], env=values, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tempfile.gettempdir())
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


@unittest.skipUnless(os.path.exists(HEADER), "no guidedmixup.h here")
class Header(unittest.TestCase):
    NAMES = {
        "Device": "DLDevice", "DataType": "DLDataType", "Tensor": "DLTensor", "Options": "guidedmixup_options", "Execution": "guidedmixup_execution",
        "Inputs": "guidedmixup_inputs", "Outputs": "guidedmixup_outputs",
    }

    def text(self):
        with open(HEADER, encoding="utf-8") as file:
            return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)

    @unittest.skipUnless(shutil.which("gcc"), "no gcc")
    def test_structs_and_constants(self):
        lines, expected = [], {}
        for ours, theirs in self.NAMES.items():
            struct = getattr(structures, ours)
            expected[f"sizeof {theirs}"] = ctypes.sizeof(struct)
            lines.append(f'printf("sizeof {theirs}=%zu\\n", sizeof({theirs}));')
            for field in struct._fields_:
                name = f"{theirs}.{field[0]}"
                expected[name] = getattr(struct, field[0]).offset
                lines.append(f'printf("{name}=%zu\\n", offsetof({theirs}, {field[0]}));')
        constants = {"GUIDEDMIXUP_ABI_VERSION": library.ABI_VERSION, "kDLCUDAManaged": structures.CUDA_MANAGED, "kDLBfloat": structures.BFLOAT}
        for prefix, values in (("METHOD", options.METHODS), ("SALIENCY", options.SALIENCIES), ("PAIRING", options.PAIRINGS),
                               ("DISTANCE", options.DISTANCES), ("PROBABILITY", options.MODES), ("DRAW", options.DRAW_MODES),
                               ("SOLVER", options.SOLVERS)):
            words = {"sr": "SPECTRAL_RESIDUAL", "ap": "GRADIENT", None: "OF_METHOD"}
            constants.update({f"GUIDEDMIXUP_{prefix}_{words.get(name) or name.upper().replace('-', '')}": value for name, value in values.items()})
        for name, value in constants.items():
            expected[name] = value
            lines.append(f'printf("{name}=%lld\\n", (long long){name});')
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "layout.c")
            with open(source, "w", encoding="utf-8") as file:
                file.write('#include <stdio.h>\n#include "guidedmixup.h"\nint main(void) {\n' + "\n".join(lines) + "\nreturn 0; }\n")
            subprocess.run(["gcc", "-I", os.path.dirname(HEADER), source, "-o", source + ".out"], check=True)
            said = subprocess.run([source + ".out"], check=True, stdout=subprocess.PIPE).stdout.decode()
        self.assertEqual({line.split("=")[0]: int(line.split("=")[1]) for line in said.splitlines()}, expected)

    def test_every_function_with_its_arguments(self):
        declared = dict(re.findall(r"GUIDEDMIXUP_API int32_t guidedmixup_(\w+)\(\s*(.*?)\s*\)\s*;", self.text(), re.S))
        for name in ("abi_version", "simd_bits"):  # these answer a number
            declared.pop(name)
        self.assertEqual(set(declared), set(library.FUNCTIONS))
        for name, arguments in declared.items():
            count = 0 if arguments == "void" else arguments.count(",") + 1
            self.assertEqual(len(library.FUNCTIONS[name]), count, name)

    def test_every_field_is_known(self):
        for ours, theirs in self.NAMES.items():
            if theirs.startswith("guidedmixup_"):
                body = re.search(r"typedef struct " + theirs + r" \{(.*?)\}", self.text(), re.S).group(1)
                fields = re.findall(r"(\w+);", body)
                self.assertEqual([field[0] for field in getattr(structures, ours)._fields_], fields, theirs)


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.path.exists(os.path.join(SOURCE, "pyproject.toml")):
            raise unittest.SkipTest("no sources here to pack")
        missing = run("import setuptools, wheel; import pip")[0]
        if missing:
            raise unittest.SkipTest("no pip, setuptools and wheel (python3-pip, python3-setuptools, python3-wheel)")
        cls.folder = tempfile.TemporaryDirectory()
        source = os.path.join(cls.folder.name, "source")
        shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__", "lib"))
        done = subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index", "-w", cls.folder.name, source],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise AssertionError(done.stdout.decode(errors="replace")[-3000:])
        (cls.wheel,) = glob.glob(os.path.join(cls.folder.name, "*.whl"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_its_name_and_contents(self):
        tag = re.fullmatch(r"guidedmixup-0\.1\.0-py3-none-manylinux_2_(\d+)_x86_64\.whl", os.path.basename(self.wheel))
        self.assertTrue(tag, self.wheel)
        with zipfile.ZipFile(self.wheel) as archive:
            names = archive.namelist()
            for build in ("x86-64-v3", "x86-64-v4"):
                code = archive.read(f"guidedmixup/lib/{build}/libguidedmixup.so")
                self.assertLessEqual(len(code), 5 << 20, "each library is at most 5 MB")
                self.assertLessEqual(max(int(m) for m in re.findall(rb"GLIBC_2\.(\d+)", code)), int(tag.group(1)))
        modules = {os.path.relpath(file, SOURCE) for file in glob.glob(os.path.join(SOURCE, "guidedmixup", "**", "*.py"), recursive=True)}
        packed = {name for name in names if name.endswith(".py")}
        self.assertEqual(packed, modules)
        self.assertIn("guidedmixup/py.typed", names)

    def test_installed_it_mixes_by_its_own_library(self):
        target = os.path.join(self.folder.name, "installed")
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", target, self.wheel], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        code = (
            "import guidedmixup, numpy as np; x = np.random.rand(4, 3, 8, 8).astype('f'); print(guidedmixup.__file__); "
            "print(guidedmixup.library_info().file); print(guidedmixup.GuidedMixup(num_classes=4)(x, np.arange(4))[1].sum())")
        status, said, error = run(code, PYTHONPATH=target, GUIDEDMIXUP_LIBRARY=None)
        self.assertEqual(status, 0, error)
        module, file, total = said.split()
        self.assertTrue(module.startswith(target) and file.startswith(target), said)
        self.assertAlmostEqual(float(total), 4, places=5)


class Loading(unittest.TestCase):
    def test_a_missing_library(self):
        with tempfile.TemporaryDirectory() as folder:
            status, said, _ = run(
                "import guidedmixup\ntry: guidedmixup.GuidedMixup()\nexcept ImportError as e: print(type(e).__name__, e)", GUIDEDMIXUP_LIBRARY=folder)
        self.assertEqual(status, 0)
        self.assertRegex(said, r"^LibraryNotFoundError .*looked for .*x86-64-v3.*GUIDEDMIXUP_LIBRARY")

    def test_a_file_that_is_no_library(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "libguidedmixup.so")
            with open(file, "w", encoding="utf-8") as text:
                text.write("not a library")
            libc = next(iter(glob.glob("/lib/x86_64-linux-gnu/libm.so.6") + glob.glob("/lib64/libm.so.6")), file)
            for wrong in (file, libc):
                status, said, _ = run(
                    "import guidedmixup\ntry: guidedmixup.stages\nfinally: pass\ntry: guidedmixup.library_info()\nexcept ImportError as e: print(type(e).__name__)",
                    GUIDEDMIXUP_LIBRARY=wrong)
                self.assertEqual((status, said.strip()), (0, "LibraryNotFoundError"))

    def test_processors(self):
        v3 = processor._V3
        with mock.patch.object(processor, "flags", return_value=v3):
            self.assertEqual(processor.builds(), ["x86-64-v3"])
        with mock.patch.object(processor, "flags", return_value=v3 | processor._V4):
            self.assertEqual(processor.builds(), ["x86-64-v4", "x86-64-v3"])
        for lacking in (v3 - {"avx2"}, frozenset(), None):
            with mock.patch.object(processor, "flags", return_value=lacking), self.assertRaises(guidedmixup.UnsupportedProcessorError) as raised:
                processor.builds()
            self.assertIsInstance(raised.exception, ImportError)
        self.assertIn("avx2", str(self._refusal(v3 - {"avx2"})))
        with mock.patch.object(processor.platform, "machine", return_value="aarch64"):
            with self.assertRaisesRegex(guidedmixup.UnsupportedProcessorError, "aarch64"):
                processor.builds()
        with mock.patch.object(processor.sys, "platform", "win32"), self.assertRaisesRegex(guidedmixup.UnsupportedProcessorError, "win32"):
            processor.builds()

    def _refusal(self, has):
        with mock.patch.object(processor, "flags", return_value=has):
            try:
                processor.builds()
            except guidedmixup.UnsupportedProcessorError as error:
                return error
        return None

    def test_both_builds_give_the_same_bits(self):
        folder = os.environ.get("GUIDEDMIXUP_LIBRARY", "")
        if not os.path.isdir(folder):
            self.skipTest("GUIDEDMIXUP_LIBRARY names one file")
        code = (
            "import guidedmixup, numpy as np, hashlib; x = np.random.default_rng(0).standard_normal((7, 3, 33, 47), dtype='f'); "
            "m = guidedmixup.GuidedMixup(); print(guidedmixup.library_info().simd_bits, hashlib.sha1(m(x, return_indices=True)[0].tobytes()).hexdigest())")
        answers = [run(code, GUIDEDMIXUP_BUILD=build) for build in processor.builds()]
        for status, _, error in answers:
            self.assertEqual(status, 0, error)
        bits = [said.split()[0] for _, said, _ in answers]
        self.assertEqual(bits, ["512", "256"][-len(bits):])
        self.assertEqual(len({said.split()[1] for _, said, _ in answers}), 1)

    def test_it_loads_within_50_ms(self):
        code = "import time, guidedmixup._native.library as l; t = time.perf_counter(); l.library(); print(time.perf_counter() - t)"
        self.assertLess(min(float(run(code)[1]) for _ in range(5)), 0.05)

    def test_without_torch(self):
        code = (
            "import sys; sys.modules['torch'] = None\nimport guidedmixup, numpy as np\n"
            "x = np.random.rand(4, 3, 8, 8).astype('f')\nprint(guidedmixup.GuidedMixup(num_classes=4)(x, np.arange(4))[0].shape)")
        status, said, error = run(code)
        self.assertEqual((status, said.strip()), (0, "(4, 3, 8, 8)"), error)


class Source(unittest.TestCase):
    def files(self):
        return glob.glob(os.path.join(PACKAGE, "**", "*.py"), recursive=True)

    def test_it_is_python_3_8(self):
        for file in self.files():
            with open(file, encoding="utf-8") as text:
                ast.parse(text.read(), file, feature_version=(3, 8))

    def test_public_names_are_documented_and_typed(self):
        for module in (guidedmixup, stages):
            for name in module.__all__:
                thing = getattr(module, name)
                self.assertTrue(inspect.getdoc(thing), name)
                methods = [m for n, m in vars(thing).items() if inspect.isfunction(m) and (not n.startswith("_") or n in ("__call__", "__init__"))] \
                    if inspect.isclass(thing) else [thing] if inspect.isfunction(thing) else []
                for method in methods:
                    for parameter in inspect.signature(method).parameters.values():
                        if parameter.name != "self" and not issubclass(thing if inspect.isclass(thing) else object, tuple):
                            self.assertIsNot(parameter.annotation, parameter.empty, f"{name}.{method.__name__}({parameter.name})")
        self.assertTrue(os.path.exists(os.path.join(PACKAGE, "py.typed")))

    def test_files_stay_short(self):
        for file in self.files():
            with open(file, encoding="utf-8") as text:
                self.assertLess(len(text.readlines()), 300, file)


if __name__ == "__main__":
    unittest.main()
