"""Coverage-guided fuzzing: whatever bytes a reader is given, nothing but a coded refusal comes out.

    python -m assurance.fuzzing                              every target, a minute each, two at a time
    python -m assurance.fuzzing contract --seconds 3600      an hour of one
    python -m assurance.fuzzing contract --keep              and add what it reached anew to the corpus
    python -m assurance.fuzzing contract --input FILE        one input again, with this Python

A target is one file in ``targets/``, found by looking there. It has ``WORDS`` (pieces that inputs are made of), ``seeds()``
(inputs that are right, to begin with) and ``ready(folder)``, which gives a function of one input's bytes; ``folder`` is
its own. Inputs that reach different parts of the package are kept in ``corpus/``; the tests run all of them, without atheris.
"""
