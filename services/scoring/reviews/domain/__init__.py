"""How stages run and what may be scored in them: pure rules, nothing stored here.

`stages` who is competent and until when; `marks` what a score must satisfy; `recommendations`
the township's verdict; `departments` the lead departments' part; `spot_checks` the draw;
`outcomes` level and stars so far; `verdicts` what counts; `answers` and `clearances` what the
source offices say; `access` who may score and see; `worklist` what is to be done.
"""
