"""Plants faults in a copy of the package, one at a time, and shows for each the test that fails: python3 plants.py [NAME…]."""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.abspath(os.path.join(HERE, "..", "..", "interop", "Python", "guidedmixup"))

# name, file, what is there, what is put there, the test that must fail
PLANTS = [
    ("gradient passed on unmixed", "_mix_function.py", "return pixel_mix_backward(gradient.detach(), mask, partners, threads=min(torch.get_num_threads(), 1024)), None, None",
     "return gradient, None, None", "test_autograd"),
    ("every rank draws as 0", "_random.py", "return distributed.get_rank()", "return 0", "test_distributed"),
    ("every epoch repeats the first", "_random.py", "(base ^ base >> 32) & 0xFFFFFFFF", "0", "test_workers"),
    ("workers draw as their parent", "_random.py", "process | (worker.id + 1) << 16", "process", "test_workers"),
    ("labels_a for labels_b", "_batch.py", 'outputs["images"], batch.labels, outputs.get("labels_b")', 'outputs["images"], batch.labels, batch.labels', "test_golden"),
    ("images copied", "_torch_mix.py", "        outputs = frame.bind(given)", "        given = [images.clone()] + list(given[1:])\n        outputs = frame.bind(given)", "test_copies"),
    ("outputs kept for ever", "_torch_mix.py", "        outputs = frame.bind(given)", "        outputs = frame.bind(given)\n        self.__dict__.setdefault('kept', []).append(outputs)", "test_lifetime"),
    ("a shape's frame used for another", "_torch_mix.py", "(t.shape, t.stride(), t.dtype, t.device)", "(t.dtype, t.device)", "test_errors"),
    ("modes not restored", "gradient.py", "            module.training = mode", "            pass", "test_gradient"),
    ("parameters' gradients touched", "gradient.py", "return torch.autograd.grad(value, x)[0]", "value.backward(); return x.grad", "test_gradient"),
    ("clean weight forgotten", "gradient.py", "value = value * clean_weight", "value = value * 1", "test_gradient"),
    ("unknown DLPack versions read", "_arrays/capsule.py", "managed.major > _MAX_VERSION[0]", "False", "test_dlpack"),
    ("read-only arrays written", "_arrays/capsule.py", "is_written and managed.flags & _READ_ONLY", "False", "test_dlpack"),
    ("a field of the struct missing", "_native/structures.py", '        ("blur_size", ctypes.c_int32),\n', "", "test_package"),
    ("options cut to 32 bits", "_native/options.py", 'integer("blur_size", blur_size, -(1 << 31), (1 << 31) - 1)', "blur_size", "test_errors"),
    ("statuses ignored", "_native/status.py", "    if status:\n", "    if False:\n", "test_errors"),
    ("state not restored", "_mixer_state.py", "        self._random.step = step\n        if", "        if", "test_random"),
    ("gradients inside and outside of boxes swapped", "_mix_function.py", "(~(rows", "((rows", "test_methods"),
    ("SnapMix answers one weight", "_batch.py", '(lam, outputs["partner_ratio"]) if', "(lam, 1 - lam) if", "test_methods"),
    ("a method's own constants forgotten", "_native/options.py", '    pixel_std = _constants(options, "puzzlemix", puzzlemix)', "    pixel_std = None", "test_methods"),
    ("alpha forgotten", "_native/options.py", 'options.alpha = number("alpha", alpha)', 'options.alpha = 1 + 0 * number("alpha", alpha)', "test_methods"),
    ("the kept step stands still", "_torch_mix.py", "            kept.add_(1)", "            pass", "test_emulated"),
]


def main(names):
    caught = missed = 0
    for name, file, there, put, test in PLANTS:
        if names and name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "guidedmixup")
            shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "lib"))
            with open(os.path.join(copy, file), encoding="utf-8") as text:
                source = text.read()
            if source.count(there) != 1:
                raise SystemExit(f"{name}: {file} holds {there!r} {source.count(there)} times")
            with open(os.path.join(copy, file), "w", encoding="utf-8") as text:
                text.write(source.replace(there, put))
            run = subprocess.run(
                [sys.executable, "-m", "unittest"] + test.split(), cwd=HERE, env=dict(os.environ, PYTHONPATH=folder, PYTHONDONTWRITEBYTECODE="1"),
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = run.stdout.decode(errors="replace")
        # A test must have failed by its own judgement, not for want of a module.
        is_caught = run.returncode != 0 and ("FAILED (" in said) and "ModuleNotFoundError" not in said and "SyntaxError" not in said
        caught, missed = caught + is_caught, missed + (not is_caught)
        print(f"{'caught' if is_caught else 'MISSED'}  {name}: {test}", flush=True)
        if not is_caught:
            print(said[-1500:])
    print(f"{caught} planted faults caught, {missed} missed")
    return 1 if missed or not caught else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
