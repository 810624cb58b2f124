# What a warm interpreter runs first: it waits on descriptor 3 for scripts and runs each in a copy of itself
# (src/process/README.md). The copy must find everything as `python SCRIPT` would: whatever this file makes belongs to
# its own namespace, and nothing is imported that the interpreter has not imported by itself.
def serve():
    import os
    import sys

    safe = bool(getattr(sys.flags, "safe_path", False) or sys.flags.isolated)
    if not safe:
        del sys.path[0]
    native = set(sys.modules["__main__"].__dict__)

    # Files that decided what the interpreter is now. Where one has changed, another interpreter is needed.
    watched = [sys.executable, os.path.join(sys.prefix, "pyvenv.cfg")]
    site = sys.modules.get("site")
    folders = list(sys.path)
    if site is not None:
        folders += site.getsitepackages() if hasattr(site, "getsitepackages") else []
        folders += [site.USER_SITE] if isinstance(getattr(site, "USER_SITE", None), str) else []
    for folder in dict.fromkeys(folders):
        watched.append(folder)
        try:
            watched += [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".pth")]
        except OSError:
            pass
    for module in list(sys.modules.values()):
        name = getattr(module, "__file__", None)
        if isinstance(name, str):
            watched.append(name)

    def stamps():
        found = []
        for name in watched:
            try:
                facts = os.stat(name)
                found.append((facts.st_mtime_ns, facts.st_ino, facts.st_size))
            except OSError:
                found.append(None)
        return found

    # What the start made is no garbage: a copy's collector leaves it alone, and with it the memory that the copies share.
    collector_was_there = "gc" in sys.modules
    import gc

    gc.freeze()
    if not collector_was_there:
        del sys.modules["gc"]
    del gc

    first = stamps()
    while True:
        order = os.read(3, 65536)
        if not order:
            os._exit(0)
        if stamps() != first:
            os.write(3, b"stale")
            os._exit(0)
        if len(os.listdir("/proc/self/task")) != 1:
            os.write(3, b"unfit")  # a thread would be missing in the copy
            os._exit(0)
        adopted = until_adopted = middle = None
        try:
            adopted, until_adopted = os.pipe()
            middle = os.fork()
        except OSError:
            os.write(3, b"failed")
        if middle != 0:
            if middle is not None:
                os.waitpid(middle, 0)
            if adopted is not None:
                os.close(adopted)
                os.close(until_adopted)
            continue
        # The copy's parent ends at once, so that the guardian takes the copy over. The session begins with that parent, as
        # it does with the shell of other scripts, so that a script may begin one of its own.
        try:
            os.setsid()
            os.close(until_adopted)
            if os.fork() != 0:
                os._exit(0)
            # Until that parent has ended and been waited for: the script shall see one parent from its first line on.
            os.read(adopted, 1)
            os.close(adopted)
            script = enter(os, order)
        except BaseException:
            try:
                os.write(3, b"failed")
            finally:
                os._exit(0)
        return script, safe, native


def enter(os, order):
    guard, output, error, folder, script, *variables = order.split(b"\0")
    for number, place in ((output, 1), (error, 2)):
        opened = os.open(b"/proc/%s/fd/%s" % (guard, number), os.O_WRONLY)
        os.dup2(opened, place)
        os.close(opened)
    os.chdir(folder)
    for name, value in zip(variables[::2], variables[1::2]):
        os.environb[name] = value
    if b"PWD" in os.environb:
        os.environb[b"PWD"] = os.getcwdb()
    path = os.fsdecode(script)
    with open(path, "rb") as file:
        source = file.read()
    os.write(3, b"%d" % os.getpid())
    os.close(3)
    return path, source


def run(script, safe, native):
    import os
    import sys

    path, source = script
    del script
    sys.argv[:] = [path]
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = [sys.orig_argv[0], path]
    if not safe:
        sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    main = sys.modules["__main__"].__dict__
    for name in set(main) - native:
        del main[name]
    main["__file__"] = path
    main["__cached__"] = None
    main["__loader__"] = sys.modules["_frozen_importlib_external"].SourceFileLoader("__main__", path)
    try:
        code = compile(source, path, "exec", 0, True)
        del source, native, os
        exec(code, main)
    except BaseException as problem:
        # The interpreter tells it in its own way, without the frames of this file.
        hook = getattr(sys, "excepthook", None)
        if hook is None or isinstance(problem, SystemExit):
            raise
        trace = problem.__traceback__.tb_next

        def tell(kind, value, _):
            sys.excepthook = hook
            sys.last_traceback = trace
            try:
                hook(kind, value.with_traceback(trace), trace)
            except SystemExit:
                raise
            except BaseException as second:
                print("Error in sys.excepthook:", file=sys.stderr)
                mine = second.__traceback__.tb_next
                sys.__excepthook__(type(second), second.with_traceback(mine), mine)
                print("\nOriginal exception was:", file=sys.stderr)
                sys.__excepthook__(kind, value, trace)

        sys.excepthook = tell
        raise


run(*serve())
