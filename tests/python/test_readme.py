"""Every Python snippet of the READMEs runs as it is printed."""
import os
import re
import unittest

from devices import NO_TORCH, torch

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
FILES = [os.path.join(ROOT, "interop", "Python", "README.md"), os.path.join(ROOT, "README.md")]


def snippets(file):
    with open(file, encoding="utf-8") as text:
        return re.findall(r"^```python\n(.*?)^```$", text.read(), re.S | re.M)


def trainer():
    """What a snippet may take for granted: a loader, a dataset, a model, an optimizer."""
    torch.manual_seed(0)
    dataset = torch.utils.data.TensorDataset(torch.randn(64, 3, 32, 32), torch.randint(0, 100, (64,)))
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, stride=2), torch.nn.BatchNorm2d(8), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1),
                                torch.nn.Flatten(), torch.nn.Linear(8, 100))
    return {
        "dataset": dataset, "loader": torch.utils.data.DataLoader(dataset, batch_size=16), "model": model,
        "optimizer": torch.optim.SGD(model.parameters(), lr=0.1), "before": [p.detach().clone() for p in model.parameters()],
    }


@unittest.skipIf(NO_TORCH, "no torch: " + NO_TORCH)
@unittest.skipUnless(os.path.exists(FILES[0]), "no README here")
class Readme(unittest.TestCase):
    def test_every_snippet(self):
        self.assertGreaterEqual(len(snippets(FILES[0])), 3)
        for file in FILES:
            for i, code in enumerate(snippets(file)):
                with self.subTest(f"{os.path.relpath(file, ROOT)}, snippet {i + 1}"):
                    names = trainer()
                    exec(compile(code, f"{file}:{i + 1}", "exec"), names)
                    self.assertEqual(names["mix"].step, 4, "the loop ran over the loader")
                    if "optimizer.step()" in code:
                        changed = [not torch.equal(a, b) for a, b in zip(names["before"], names["model"].parameters())]
                        self.assertTrue(all(changed), "the model was trained")
                    if "collate_fn=mix" in code:
                        images, targets = next(iter(names["loader"]))
                        self.assertEqual((images.shape[0], targets.shape), (64, (64, 100)))

    def test_they_name_what_there_is(self):
        with open(FILES[0], encoding="utf-8") as text:
            said = text.read()
        for link in re.findall(r"\]\(([^)#]+)\)", said):
            if "://" not in link:
                self.assertTrue(os.path.exists(os.path.join(os.path.dirname(FILES[0]), link)), link)


if __name__ == "__main__":
    unittest.main()
