"""The policy grammar and its exact evaluation: numbers in, numbers out, no I/O.

`grammar` is what a policy may say; `plan` compiles it; `inputs` holds what was frozen;
`evaluate` gives stars, levels and ranks; `entitlements` what follows in yuan; `explain`
the certificate that adds up by hand; `render` says it in Chinese.
"""
