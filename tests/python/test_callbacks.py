"""What callbacks may do: answer anything, look, close; and what they, and other threads, may not."""

import pathlib
import tempfile
import threading
import unittest

import finnc
import numpy as np
import support

X = np.ones((1, 4), np.float32)


class Callbacks(unittest.TestCase):
    def test_what_they_answer_does_not_matter(self):
        model = finnc.Model.from_text(support.SCALES)
        for answer in (1, 5, True, "no", object()):
            with self.subTest(answer=answer):
                found = finnc.run(model, [X], trace=lambda _, answer=answer: answer)
                np.testing.assert_array_equal(found["y"], 2 * X)
                done = finnc.transform(
                    model,
                    "CollapseRepeatedMul",
                    after=lambda _, answer=answer: answer,
                    on_remark=lambda _, answer=answer: answer,
                )
                self.assertEqual(len(done.nodes), 1)
                context = finnc.Context(progress=lambda *_, answer=answer: answer)
                finnc.transform(finnc.load(support.CNV, context=context), "InferShapes")

    def test_one_may_close_what_calls_it(self):
        session = finnc.Session(finnc.Model.from_text(support.SCALES), trace=lambda _: session.close())
        np.testing.assert_array_equal(session.run([X])["y"], 2 * X)
        with self.assertRaisesRegex(ReferenceError, "closed"):
            session.run([X])
        self.assertEqual(session._fed, {})
        model = finnc.Model.from_text(support.SCALES)
        report = model.transform("CollapseRepeatedMul", "InferShapes", on_remark=lambda _: model.close())
        self.assertEqual(len(report.passes), 2)
        with self.assertRaisesRegex(ReferenceError, "closed"):
            model.nodes

    def test_so_may_another_thread_meanwhile(self):
        def close(*_):
            thread = threading.Thread(target=session.close)
            thread.start()
            thread.join()

        context = finnc.Context(progress=close)
        session = finnc.Session(finnc.Model.from_text(support.SCALES, context=context), trace=close)
        x = X.copy()
        found = session.run([x])
        x[:] = 5
        np.testing.assert_array_equal(found["y"], 2 * X)

    def test_a_session_does_not_run_within_itself(self):
        def again(trace):
            (session if trace.node == "second" else other).run([X])

        other = finnc.Session(finnc.Model.from_text(support.SCALES))
        session = finnc.Session(finnc.Model.from_text(support.SCALES), trace=again)
        with self.assertRaisesRegex(finnc.BadValue, "running"):
            session.run([X])
        with self.assertRaisesRegex(finnc.BadValue, "running"):
            session.run([X])
        np.testing.assert_array_equal(other.run([X])["y"], 2 * X)

    def test_a_model_is_not_changed_while_it_is_transformed(self):
        model = finnc.Model.from_text(support.SCALES)
        before = model.to_bytes()
        for change in (
            lambda: model.set_array("s", np.float32([3])),
            lambda: model.set_datatype("x", "INT4"),
            lambda: model.set_layout("x", "NC"),
            lambda: model.set_metadata("a", "b"),
            lambda: model.transform("InferShapes"),
        ):
            with self.assertRaisesRegex(finnc.BadValue, "in use"):
                model.transform("InferShapes", after=lambda _, change=change: change())
            self.assertEqual(model.to_bytes(), before)
        model.set_array("s", np.float32([3]))

    def test_it_may_be_looked_at_and_what_was_seen_ends_with_the_callback(self):
        seen, counts = [], []

        def look(report):
            if seen:
                with self.assertRaises(ReferenceError):
                    seen[-1].name
            seen.append(model.nodes[0])
            counts.append((len(model.nodes), report.nodes_after))

        model = finnc.Model.from_text(support.SCALES)
        model.transform("GiveUniqueNodeNames", "CollapseRepeatedMul", after=look)
        self.assertEqual(counts, [(2, 2), (1, 1)])
        with self.assertRaises(ReferenceError):
            seen[-1].name

    def test_another_thread_sees_it_when_it_is_done(self):
        seen, model = [], finnc.Model.from_text(support.SCALES)
        looks = (lambda: len(model.nodes), lambda: model.find_value("y").producer.name, lambda: len(model.values))
        threads = [threading.Thread(target=lambda look=look: seen.append(look())) for look in looks]

        def begin(_):
            for thread in threads if threads[0].ident is None else []:
                thread.start()
                thread.join(0.1)

        model.transform("InferShapes", "CollapseRepeatedMul", "GiveUniqueNodeNames", after=begin)
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(seen, key=str), [1, 3, "Mul_0"])

    def test_a_data_set_may_be_looked_at_while_it_is_evaluated(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "set.npz")
            np.savez(path, images=np.ones((3, 4), np.float32), labels=np.arange(3))
            data, seen = finnc.Dataset(path, images="images", labels="labels"), []
            context = finnc.Context(progress=lambda *_: seen.append(data[2][1]))
            model = finnc.Model.from_text(support.SCALES, context=context)
            self.assertEqual(finnc.evaluate(model, data).samples, 3)
            self.assertEqual(set(seen), {2})


if __name__ == "__main__":
    unittest.main()
