"""Rules of 挂钩待遇: what results in effect bring, month by month, and who decides on people."""
