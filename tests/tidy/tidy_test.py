"""Every rule must find its bad samples, and must leave the good ones alone."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import code_rules  # noqa: E402
import cpp_scan  # noqa: E402
import doc_rules  # noqa: E402
import layers  # noqa: E402
import link_rules  # noqa: E402
import tidy  # noqa: E402
from tree import Tree  # noqa: E402

README = {f"src/{module}/README.md": "" for module in layers.ROW_OF}


def findings(rule, texts: dict[str, str]) -> list[str]:
    return [f"{f.file}:{f.line}: {f.text}" for f in sorted(rule(Tree.of_texts(texts)))]


class RuleTest(unittest.TestCase):
    def bad(self, rule, texts: dict[str, str], *expected: str) -> None:
        """Exactly one finding for each expected text, in order."""
        found = findings(rule, texts)
        self.assertEqual(len(found), len(expected), found)
        for line, wanted in zip(found, expected):
            self.assertIn(wanted, line)

    def good(self, rule, texts: dict[str, str]) -> None:
        self.assertEqual(findings(rule, texts), [])


class LinkTest(RuleTest):
    """What is tested is what ships."""

    def test_flags_that_depend_on_a_preset(self):
        for text in ['if(GYR_MODE STREQUAL "release")\n  target_link_options(gyr_flags INTERFACE -fuse-ld=mold)\nendif()\n',
                     "if(NOT GYR_SANITIZE)\n  target_link_libraries(gyr PRIVATE somelib)\nendif()\n",
                     "if(GYR_CI)\nelse()\n  target_link_libraries(gyr_main PUBLIC somelib)\nendif()\n",
                     'if(GYR_MODE STREQUAL "release")\n  target_link_libraries(gyr PRIVATE mimalloc)\nendif()\n',
                     "if(A)\n  if(GYR_COVERAGE)\n    add_link_options(-Wl,-z,now)\n  endif()\nendif()\n",
                     "\ntarget_link_options(gyr_flags INTERFACE $<$<CONFIG:Release>:-s>)\n"]:
            with self.subTest(text):
                self.bad(link_rules.check_cmake, {"cmake/a.cmake": text}, "depends on the preset")
        self.bad(link_rules.check_cmake, {"CMakeLists.txt": "if(GYR_CI)\n  set(CMAKE_EXE_LINKER_FLAGS -x)\nendif()\n"}, "CMakeLists.txt:2: ")

    def test_a_runtime_inside_the_program(self):
        for flag in ["-static-libstdc++", "-static-libgcc", "-static", "-stdlib=libc++", "-static-pie"]:
            with self.subTest(flag):
                self.bad(link_rules.check_cmake, {"cmake/a.cmake": f"target_link_options(gyr_flags INTERFACE {flag})\n"}, flag)

    def test_flags_that_may_depend_on_a_preset(self):
        self.good(link_rules.check_cmake, {"cmake/a.cmake": """
target_link_options(gyr_flags INTERFACE -fuse-ld=lld-19 -pie -Wl,--gc-sections)  # -static-libstdc++ is what we do not want
if(GYR_SANITIZE)
  target_link_options(gyr_flags INTERFACE -fsanitize=${GYR_LINK_SANITIZE})
else()
  target_link_libraries(gyr PRIVATE mimalloc)
endif()
if(GYR_COVERAGE)
  target_link_options(gyr_flags INTERFACE -fprofile-instr-generate)
endif()
if(tests AND NOT GYR_FUZZ)
  target_link_libraries(test_${name} PRIVATE gyr_${name} GTest::gtest)
  if(GYR_MODE STREQUAL "release")
    set_target_properties(test_${name} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endif()
if(ARG_LINK)
  target_link_libraries(gyr_${name} PUBLIC ${ARG_LINK})
endif()
"""})

    def presets(self, more: str) -> dict[str, str]:
        return {"CMakePresets.json": '{"configurePresets": [\n{"name": "base", "cacheVariables": {"CMAKE_CXX_COMPILER": "clang++-19"}},\n'
                                     + more + "]}"}

    def test_presets(self):
        for more, expected in [
                ('{"name": "release", "inherits": "base", "cacheVariables": {"CMAKE_EXE_LINKER_FLAGS": "-static-libstdc++"}}', "CMAKE_EXE_LINKER_FLAGS"),
                ('{"name": "release", "inherits": "base", "cacheVariables": {"CMAKE_CXX_COMPILER": "g++"}}', "CMAKE_CXX_COMPILER"),
                ('{"name": "release", "inherits": "base", "cacheVariables": {"GYR_MODE": "-static"}}', "GYR_MODE"),
                ('{"name": "release", "inherits": "base", "environment": {"LDFLAGS": "-s"}}', "environment"),
                ('{"name": "release", "cacheVariables": {"GYR_MODE": "release"}}', "does not inherit")]:
            with self.subTest(more):
                self.bad(link_rules.check_presets, self.presets(more), expected)
        self.good(link_rules.check_presets, self.presets(
            '{"name": "tsan", "inherits": "base", "cacheVariables": {"GYR_MODE": "debug", "GYR_SANITIZE": "thread", "GYR_UNITY": "ON"}}'))


class LayersTest(RuleTest):
    def include(self, file: str, included: str) -> dict[str, str]:
        return {file: f'#include <vector>\n#include "{included}"\n'}

    def test_the_order_of_the_modules(self):
        for file, included in [("src/base/a.cc", "syntax/yaml.h"), ("src/model/a.cc", "plugin_api/task_type.h"),
                               ("src/store/a.cc", "web/b.h"), ("src/store/a.cc", "net/http.h"), ("src/net/a.cc", "store/store.h"),
                               ("src/plugin_api/a.cc", "net/http.h"), ("src/engine/a.cc", "store/store.h"),
                               ("src/engine/a.cc", "net/http.h"), ("src/plugins/core/a.cc", "store/store.h"),
                               ("src/plugins/core/a.cc", "engine/step.h"), ("src/plugins/core/a.cc", "security/b.h"),
                               ("src/worker/a.cc", "executor/b.h"), ("src/worker/a.cc", "host/b.h"),
                               ("src/executor/a.cc", "intake/b.h"), ("src/host/a.cc", "executor/b.h"), ("src/host/a.cc", "dispatch/b.h"),
                               ("src/catalog/a.cc", "cluster/b.h"), ("src/command/a.cc", "catalog/b.h"),
                               ("src/executor/a.cc", "worker/b.h"), ("src/web/a.cc", "cli/b.h"), ("src/cli/a.cc", "main/b.h"),
                               ("src/storage/a.cc", "store/store.h"), ("src/process/a.cc", "net/http.h"),
                               ("src/web/a.cc", "protocol/frames.h"), ("src/plugins/core/a.cc", "protocol/frames.h"),
                               ("src/protocol/a.cc", "plugin_api/task_type.h"), ("src/protocol/a.cc", "store/store.h"),
                               ("src/engine/a.cc", "protocol/frames.h")]:
            with self.subTest(f"{file} {included}"):
                self.bad(layers.check_includes, self.include(file, included), f"{file}:2: ")

    def test_the_order_inside_the_executor(self):
        for file, included in [("src/executor/message/a.cc", "executor/partition.h"), ("src/executor/part/a.cc", "executor/executor.h"),
                               ("src/executor/part/a.h", "executor/turn.h"), ("src/executor/message/inbox/a.h", "executor/turn.h"),
                               ("src/executor/message/a.h", "executor/part/gates.h")]:
            with self.subTest(f"{file} {included}"):
                self.bad(layers.check_includes, self.include(file, included), "in the order inside the executor")
        for file, included in [("src/executor/message/a.cc", "executor/turn.h"), ("src/executor/part/a.h", "executor/message/wake.h")]:
            with self.subTest(f"{file} {included}"):
                self.good(layers.check_includes, self.include(file, included))

    def test_what_is_allowed(self):
        for file, included in [("src/base/a.cc", "base/value.h"), ("src/security/a.cc", "store/store.h"),
                               ("src/security/a.cc", "net/http.h"), ("src/storage/s3/a.cc", "net/http.h"),
                               ("src/plugins/http/a.cc", "net/http.h"), ("src/plugins/script/a.cc", "process/spawner.h"),
                               ("src/engine/a.cc", "plugin_api/task_type.h"), ("src/executor/a.cc", "engine/step.h"),
                               ("src/web/a.cc", "command/command.h"), ("src/executor/a_test.cc", "intake/starter.h"),
                               ("src/intake/a.cc", "executor/live_executions.h"), ("src/dispatch/a.cc", "host/host_service.h"), ("src/main/a.cc", "store/sqlite/sqlite.h"),
                               ("src/store/sqlite/a.cc", "store/sqlite/writer.h"), ("src/store/sqlite/a.cc", "store/sql/migrations/m.h"),
                               ("src/executor/a_test.cc", "store/sqlite/sqlite.h"), ("src/base/a.cc", "precompiled.h"),
                               ("src/plugins/all.cc", "plugins/core/log.h"), ("src/plugins/http/a_test.cc", "plugins/testing/t.h"),
                               ("src/plugins/ansible/a.cc", "plugins/script/run.h"), ("src/plugins/core/a.cc", "plugins/core/log.h"),
                               ("src/protocol/a.cc", "model/execution.h"), ("src/protocol/a.cc", "base/id.h"),
                               ("src/worker/a.cc", "protocol/frames.h"), ("src/executor/a.cc", "protocol/frames.h"),
                               ("src/main/a.cc", "protocol/memory_link.h"),
                               ("bench/load/a.cc", "base/clock.h"), ("tests/simulation/a.cc", "store/sqlite/sqlite.h")]:
            with self.subTest(f"{file} {included}"):
                self.good(layers.check_includes, self.include(file, included))

    def test_tests_below_the_plugins_see_the_list_of_types(self):
        for file in ["src/engine/a_test.cc", "src/engine/testing/a.cc", "src/plugin_api/test_plugins.h"]:
            self.good(layers.check_includes, self.include(file, "plugins/plugins.h"))
            self.bad(layers.check_includes, self.include(file, "plugins/core/core_tasks.h"), "may not see plugins")
        self.bad(layers.check_includes, self.include("src/engine/a.cc", "plugins/plugins.h"), "may not see plugins")

    def test_circles_within_a_module(self):
        def pair(a: str, b: str) -> dict[str, str]:
            return {f"src/{a}.h": "", f"src/{a}.cc": f'#include "{b}.h"\n', f"src/{b}.h": "", f"src/{b}.cc": f'#include "{a}.h"\n'}
        self.bad(layers.check_circles, pair("base/a", "base/b"), "circle: base/a, base/b")
        self.bad(layers.check_circles, {**pair("base/a", "base/b"), "src/base/b.cc": '#include "base/c.h"\n',
                                        "src/base/c.h": '#include "base/a.h"\n'}, "circle: base/a, base/b, base/c")
        self.good(layers.check_circles, pair("expression/evaluator", "expression/session"))
        self.bad(layers.check_circles, pair("expression/evaluator", "expression/regex"), "circle")
        # The private header of a unit, which several of its sources share.
        self.good(layers.check_circles, {"src/base/a.h": "", "src/base/a.cc": '#include "base/a_frame.h"\n',
                                         "src/base/a_frame.h": '#include "base/a.h"\n',
                                         "src/base/a_more.cc": '#include "base/a_frame.h"\n'})

    def test_only_main_names_implementations(self):
        for file, included in [("src/web/a.cc", "store/sqlite/sqlite.h"), ("src/executor/a.cc", "storage/local/local.h"),
                               ("src/store/open.cc", "store/sqlite/sqlite.h"), ("src/cli/a.cc", "store/postgres/pg.h"),
                               ("src/store/postgres/a.cc", "store/sqlite/writer.h")]:
            with self.subTest(f"{file} {included}"):
                self.bad(layers.check_includes, self.include(file, included), "only main names")

    def test_the_ground_of_a_module_knows_no_subject(self):
        self.bad(layers.check_includes, self.include("src/web/http/a.cc", "web/kv/values.h"), "knows no subject")
        self.bad(layers.check_includes, self.include("src/web/http/a.cc", "web/routes.h"), "knows no subject")
        self.good(layers.check_includes, self.include("src/web/http/a.cc", "web/http/request.h"))
        self.good(layers.check_includes, self.include("src/web/http/a_test.cc", "web/routes.h"))
        self.good(layers.check_includes, self.include("src/web/kv/routes.cc", "web/http/request.h"))

    def test_plugins_do_not_see_each_other(self):
        self.bad(layers.check_includes, self.include("src/plugins/http/a.cc", "plugins/docker/run.h"), "another area")
        self.bad(layers.check_includes, self.include("src/plugins/http/a.cc", "plugins/testing/t.h"), "another area")

    def test_asio_lives_in_net(self):
        self.bad(layers.check_includes, {"src/web/a.cc": "#include <boost/asio/io_context.hpp>\n"}, "src/web/a.cc:1")
        self.good(layers.check_includes, {"src/net/a.cc": "#include <boost/asio/io_context.hpp>\n"})
        self.good(layers.check_includes, {"src/web/a.cc": "#include <boost/json.hpp>\n"})

    def test_relative_includes_unknown_modules_and_the_load_generator(self):
        self.bad(layers.check_includes, self.include("src/base/a.cc", "../syntax/yaml.h"), "start at src/")
        self.bad(layers.check_includes, self.include("src/extras/a.cc", "base/value.h"), "'extras' is not a module")
        self.bad(layers.check_includes, self.include("bench/load/a.cc", "model/flow.h"), "base alone")

    def test_cmake_dependencies(self):
        self.bad(layers.check_cmake, {"CMakeLists.txt": "gyr_module(base)\n  gyr_module(engine DEPENDS plugin_api store LINK x)\n"},
                 "CMakeLists.txt:2: engine may not depend on store")
        self.good(layers.check_cmake, {"CMakeLists.txt": "gyr_module(security DEPENDS store net LINK store_of_others)\n"})

    def test_modules_have_a_readme(self):
        self.bad(layers.check_module_readmes, {"src/base/value.h": "", "src/net/sub/a.cc": "", "src/net/README.md": ""},
                 "src/base/README.md:1")


class SizeTest(RuleTest):
    def test_long_files(self):
        self.bad(code_rules.check_file_length, {"src/a.cc": "\n" * 801, "src/b.cc": "\n" * 800}, "src/a.cc:801")
        self.good(code_rules.check_file_length, {"docs/a.md": "\n" * 2000, "ui/src/api/generated/a.ts": "\n" * 2000})

    def test_long_functions_in_every_language(self):
        body = "  x();\n" * 99
        for name, text in {
                "src/a.cc": f"int first() {{ return 1; }}\nvoid A::f(int a) const\n{{\n{body}}}\n",
                "src/b.h": f"class A {{\n public:\n  A() : a_{{1}}, b_(2) {{\n{body}  }}\n}};\n",
                "src/c.cc": f"TEST(A, b) {{\n{body}}}\n",
                "src/d.cc": f"namespace {{\nauto f = [](int a) -> int {{\n{body}}};\n}}\n",
                "src/e.cc": f"template <class T>\nrequires std::integral<T>\nstd::map<int, T> f(T a = {{}}) noexcept {{\n{body}}}\n",
                "tests/f.py": "def f():\n" + "    x()\n" * 100,
                "ui/src/g.ts": f"export async function f(a: number): Promise<void> {{\n{body}}}\n",
                "ui/src/h.vue": f"<script setup>\nconst f = (a) => {{\n{body}}};\n</script>\n"}.items():
            with self.subTest(name):
                self.bad(code_rules.check_function_length, {name: text}, "are allowed")

    def test_functions_of_a_hundred_lines_and_long_types_are_fine(self):
        body = "  x();\n" * 98
        self.good(code_rules.check_function_length, {
            "src/a.cc": f"void f() {{\n{body}}}\n",
            "src/b.h": "namespace n {\nclass A {\n" + "  int a() { return 1; }\n" * 200 + "};\n}\n",
            "src/c.cc": "const char* const words[] = {\n" + '  "a",\n' * 200 + "};\n",
            "src/d.cc": "enum class E {\n" + "  a,\n" * 200 + "};\n",
            "src/e.cc": 'const char* text = R"(\nvoid f() {\n' + "\n" * 200 + '}\n)";\n'})

    def test_a_file_that_is_no_python(self):
        self.bad(code_rules.check_function_length, {"tests/a.py": "def f(:\n"}, "not Python")


class ScannerTest(unittest.TestCase):
    def names(self, text: str) -> list[str]:
        return [name for name, _, _ in cpp_scan.functions_of(cpp_scan.code_of(text))]

    def test_finds_functions_among_everything_else(self):
        self.assertEqual(self.names("""
            #define MACRO(x) { x
            namespace a::b { extern "C" { void c() {} }
            struct S : Base<int> {
              S(int x) : x_{x}, y_(f({1, 2})) { if (x) { g(); } }
              ~S() noexcept override { }
              bool operator==(const S&) const { return true; }
              int v = 1; std::vector<int> w{1, 2}; std::function<void()> f = [] { go(); };
              struct Inner { void in() {} };
              enum E { one, two };
            };
            static const std::map<int, int> table = {{1, 2}, {3, 4}};
            auto trailing(int a) -> std::vector<int> { return {a}; }
            template <class T, class U = std::pair<T, T>> T tmpl(U u) { struct Local { void no() {} }; return u; }
            }  // namespace
            void last() try { } catch (...) { }
        """), ["c", "S", "~S", "operator==", "lambda", "in", "trailing", "tmpl", "last"])

    def test_quotes_comments_and_conditions_do_not_confuse_it(self):
        self.assertEqual(self.names("""
            // {
            /* } */ const char* a = "{"; char b = '{'; auto c = R"x({)" {)x"; int d = 1'000'000;
            #if ONE
            void f() {
            #else
            void f(int) {
            #endif
            }
            void g() {}
        """), ["f", "g"])

    def test_a_block_after_a_label_or_a_control_word_is_no_function(self):
        self.assertEqual(self.names("int f() { switch (x) { case 1: { } default: { } } while (y) { } do { } while (z); }"), ["f"])


class BannedTest(RuleTest):
    def source(self, line: str, file: str = "src/store/a.cc") -> dict[str, str]:
        return {file: f"void f() {{\n  {line}\n}}\n"}

    def test_banned_calls(self):
        for line in ["system(command);", "return std::system(c);", "::system(c);", "int p = fork();", "if (vfork() == 0) {}",
                     "sleep(1);", "usleep(10);", "nanosleep(&a, &b);", "std::this_thread::sleep_for(1s);",
                     "std::this_thread::sleep_until(t);", "auto t = std::chrono::system_clock::now();",
                     "auto t = steady_clock::now();", "clock_gettime(CLOCK_REALTIME, &t);", "time(nullptr);", "std::time(0);",
                     "base::SystemClock().now();", "auto* a = new Thing(1);", "T* b = new (memory) T;", "int* c = new int[3];",
                     "delete thing;", "delete[] things;", "delete (a);", "assert(x);"]:
            with self.subTest(line):
                self.bad(code_rules.check_banned, self.source(line), "src/store/a.cc:2: ")

    def test_what_only_looks_like_them(self):
        for line in ["flow.system(a);", "p->fork();", "labels::system(a);", "Label system(std::string name);",
                     "co_await base::sleep_for(loop, 1s, cancel);", "std::system_error e;", "static_assert(true);",
                     "GYR_ASSERT(x);", "A(const A&) = delete;", "void operator delete(void*);", "void* operator new(size_t);",
                     "// new Thing(); sleep(1);", 'auto s = "delete all; new Thing(); system(x)";', "int new_size = old;",
                     "clock.now();", "loop.now();", "file.time(nullptr_t{});", "execution.time(0);"]:
            with self.subTest(line):
                self.good(code_rules.check_banned, self.source(line))

    def test_where_they_are_allowed(self):
        self.good(code_rules.check_banned, self.source("auto t = std::chrono::system_clock::now();", "src/base/clock.cc"))
        self.good(code_rules.check_banned, self.source("T* t = new T;", "src/base/value.cc"))
        self.good(code_rules.check_banned, self.source("T* t = new T;", "src/net/a_test.cc"))
        self.bad(code_rules.check_banned, self.source("system(x);", "src/net/a_test.cc"), "system")
        self.bad(code_rules.check_banned, self.source("sleep(1);", "src/base/loop.cc"), "sleep")

    def test_sleeping_tests(self):
        for name, text in {"src/net/a_test.cc": "std::this_thread::sleep_for(1s);", "tests/a.py": "import time\ntime." + "sleep(1)",
                           "tests/e2e/a.spec.ts": "await page.waitForTimeout(100)", "ui/src/a.test.ts": "setTimeout(f, 10)",
                           "tests/stages/10-a.sh": "while true; do sleep 1; done", "bench/a.py": "time." + "sleep(1)",
                           "tests/b.py": "from time import " + "sleep"}.items():
            with self.subTest(name):
                self.bad(code_rules.check_sleeping_tests, {name: text}, name)
        self.good(code_rules.check_sleeping_tests, {"src/net/a.cc": "x", "tests/a.py": "# time." + "sleep(1)\nx = 'time.sleep(1)'",
                                                   "ui/src/a.ts": "setTimeout(f, 10)", "tests/a.sh": "# sleep 1\necho nosleep 1"})

    def test_rights(self):
        internal = 'auto v = store::Visible::internal("the start");'
        self.good(code_rules.check_rights, {"src/host/a.cc": internal, "src/web/a_test.cc": internal,
                                            "src/web/a.cc": '// Visible::internal("x")\nrequest->commit(std::move(batch));'})
        self.bad(code_rules.check_rights, {"src/web/a.cc": internal}, "src/web/a.cc:1")
        self.bad(code_rules.check_rights, {"src/web/a.cc": 'store::Access::internal("x")'}, "src/web/a.cc:1")
        self.bad(code_rules.check_rights, {"src/host/a.cc": "\nstore::Visible::internal(reason)"}, "src/host/a.cc:2")
        self.bad(code_rules.check_rights, {"src/host/a.cc": 'store::Visible::internal("")'}, "src/host/a.cc:1")
        for line in ("request->services().store.commit(std::move(batch), done);", "store->commit(b, d);", "store().commit_and_wait(b);"):
            self.bad(code_rules.check_rights, {"src/web/a.cc": line}, "src/web/a.cc:1")
        self.good(code_rules.check_rights, {"src/web/http/await.h": "store->commit(b, d);", "src/host/a.cc": "store_.commit(b, d);"})

    def test_markers(self):
        word = "TO" + "DO"
        self.bad(code_rules.check_markers, {"src/a.cc": f"\n// {word}: later\n"}, "src/a.cc:2")
        self.good(code_rules.check_markers, {"src/a.cc": f"// {word}: waits for FLOW-12\n"})


    def test_type_settings(self):
        described = 'b.property("host", &TypeSettings::host)\nvalues.set("host", x);\nb.property("lost", &TypeSettings::lost)\n'
        for key, is_good in {"host": True, "lost": False, "other": False}.items():
            tree = {"src/main/config/plugins.cc": described, "src/plugins/a.cc": f'c.plugin_setting(a::type, "{key}");\n'}
            with self.subTest(key):
                if is_good:
                    self.good(code_rules.check_type_settings, tree)
                else:
                    self.bad(code_rules.check_type_settings, tree, "src/plugins/a.cc:1")


class TypeCommentTest(RuleTest):
    def test_parts_that_are_completed_later(self):
        self.bad(code_rules.check_wiring, {"src/main/a.cc": "void f() {\n  host_->set_requests(*requests_);\n}\n"}, "src/main/a.cc:2: ")
        self.good(code_rules.check_wiring, {"src/main/a.cc": "void f() { ended->set_value(); builder.set_base(1); }  // x->set_y()\n",
                                            "src/main/a_test.cc": "void f() { server->set_clock(1); }\n",
                                            "src/web/a.cc": "void f() { page->set_title(1); }\n"})

    def test_public_types_without_a_comment(self):
        for text in ["class A {\n};\n", "/// About B.\nstruct B {\n};\n\nstruct A {\n};\n", "// A.\n\nclass A {\n};\n",
                     "namespace a::b {\ntemplate <class T, class U = std::vector<T>>\nclass A : public C<T> {\n};\n}\n",
                     "struct alignas(64) A final {\n};\n", "class [[nodiscard]] A {\n};\n"]:
            with self.subTest(text):
                self.bad(code_rules.check_type_comments, {"src/base/a.h": text}, "A lacks a comment")

    def test_types_that_need_none(self):
        self.good(code_rules.check_type_comments, {"src/base/a.h": """
            class Declared;
            // About A.
            class A {
              struct Inner { };
              class Local { };
            };
            /// About T.
            template <class T>
            class [[nodiscard]] T1 { };
            template <>
            class T1<int> { };
            namespace detail { struct Hidden { }; }
            namespace { struct Unnamed { }; }
            struct A::Nested { };
            /** Long comment
             *  about B. */
            struct B { };
            enum class E { a };
            inline struct A make() { return {}; }
        """, "src/base/a.cc": "struct InSource { };\n"})


class DocumentTest(RuleTest):
    def test_links(self):
        self.bad(doc_rules.check_links, {"docs/a/b.md": "x\n[one](../c.md#x) [two](http://x) [three](none.md)\n", "docs/c.md": ""},
                 "docs/a/b.md:2: there is no docs/a/none.md")
        self.bad(doc_rules.check_links, {"README.md": "![picture](docs/p.png)"}, "docs/p.png")
        self.good(doc_rules.check_links, {
            "README.md": "[f](docs) [g](docs/) [h](#here) [i](/docs/a.md) [`j()`](docs/a.md) [m](mailto:a@b) `[k](none.md)`\n"
                         "```\n[l](none.md)\n```\n[n](docs/with%20blank.md \"title\")", "docs/a.md": "", "docs/with blank.md": ""})

    def test_symbols_of_the_architecture(self):
        source = {"src/x/y.h": "class Engine { void advance(); };"}
        self.bad(doc_rules.check_symbols, {**source, "docs/architecture/a.md": "[`Engine::retreat`](../../src/x/y.h)"},
                 "does not name retreat")
        self.bad(doc_rules.check_symbols, {**source, "docs/architecture/a.md": "[Motor](../../src/x/y.h)"}, "does not name Motor")
        self.bad(doc_rules.check_symbols, {**source, "docs/architecture/a.md": "[calls `adv()` and `Engine`](../../src/x/y.h)"}, "adv")
        self.good(doc_rules.check_symbols, {**source, "docs/architecture/a.md":
                                            "[`Engine::advance()`](../../src/x/y.h) [Engine](../../src/x/y.h) "
                                            "[the engine's header](../../src/x/y.h) [`y.h`](../../src/x/y.h) "
                                            "[`Engine::advance(int, bool)`](../../src/x/y.h)"})

    def test_paths_of_the_architecture(self):
        self.bad(doc_rules.check_paths, {"docs/architecture/where.md": "a\n`src/none.cc`"}, "where.md:2: there is no src/none.cc")
        self.good(doc_rules.check_paths, {"docs/architecture/where.md": "`src/a.cc`, `src/`, `src/<module>/x.cc`, `src/*.cc`, `std/x`",
                                          "src/a.cc": ""})

    def test_limits(self):
        source = {"src/a/x.h": "constexpr int max_rows = 5;\nstruct Limits { int depth; };\n", "src/b/y.cc": "int most;"}
        head = "| What | Value | Where | Why |\n|---|---|---|---|\n"
        self.bad(doc_rules.check_limits, {**source, "docs/limits.md": head + "| Rows | 5 | `src/a/x.h` `max_lines` | |\n"}, "max_lines")
        self.bad(doc_rules.check_limits, {**source, "docs/limits.md": head + "| Rows | 5 | `src/a/z.h` | |\n"}, "limits.md:3: there is no")
        self.bad(doc_rules.check_limits, {**source, "docs/limits.md":
                                          head + "| Rows | 5 | `src/a/x.h` `max_rows` | |\n| Depth | 2 | same, `width` | |\n"}, "width")
        self.good(doc_rules.check_limits, {**source, "docs/limits.md":
                                           head + "| Rows | 5 | `src/a/x.h` `max_rows`; key `gyr.rows` | `no_name` |\n"
                                           "| Depth | 2 | same, `Limits::depth` | |\n| All | 2 | `most` in `src/a/`, `src/b/` | |\n"})

    def test_error_pages(self):
        definition = 'inline constexpr base::ErrorCode bad{"GYR-X001"};\n'
        sections = "\n## Example\n\n## What to do\n"
        page = {"docs/errors/GYR-X001.md": "# GYR-X001: bad things\n" + sections}
        self.good(doc_rules.check_error_pages, {"src/x/e.h": definition, **page, "docs/errors/README.md": ""})
        self.bad(doc_rules.check_error_pages, {"src/x/e.h": "\n" + definition}, "src/x/e.h:2: GYR-X001 has no page")
        self.bad(doc_rules.check_error_pages, page, "no source uses")
        self.bad(doc_rules.check_error_pages, {"src/x/e.h": definition, "docs/errors/GYR-X001.md": "# Bad\n" + sections}, "first line")
        self.bad(doc_rules.check_error_pages, {"src/x/e.h": definition, "docs/errors/GYR-X001.md": "# GYR-X001: bad\n\n## Example\n"},
                 "its sections are not")
        self.bad(doc_rules.check_error_pages, {"src/x/e.h": definition, "src/y/e.h": definition, **page}, "is defined in src/x/e.h:1 too")
        self.good(doc_rules.check_error_pages, {"src/x/e_test.cc": definition, "src/x/f.h": "// " + definition})

    def test_words_of_a_workplace(self):
        for text in ["/wor" + "k/main", "see /roo" + "t/x", "/tmp/bash_" + "jobs.0", "an Agent" + " session", "https://registry.npm" + "js.org/x"]:
            with self.subTest(text):
                self.bad(doc_rules.check_workplace, {"docs/a.md": f"\n{text}"}, "docs/a.md:2")
        self.good(doc_rules.check_workplace, {"docs/a.md": "/home/work/x ./work/x docs/root/x ${HOME}/root/x /workspace/ /rooted"})

    def test_requirement_ids_of_tests(self):
        spec = {"docs/requirements/01.md": "- **FLOW-1** (core) a\n- FLOW-2 (std) b\n| FLOW-3a (adv) | c |\nISO-8601 dates\n",
                "docs/requirements/02.tsv": "id\tx\nCRON-7\ty\n"}
        self.bad(doc_rules.check_requirements, {**spec, "src/a_test.cc": "// FLOW-1\n// FLOW-4\n"}, "src/a_test.cc:2: FLOW-4")
        self.bad(doc_rules.check_requirements, {**spec, "tests/a.py": "# FLOW-1..9"}, "FLOW-9")
        self.good(doc_rules.check_requirements, {**spec, "src/a_test.cc": "// FLOW-1, FLOW-3a, FLOW-1..2, CRON-7, UTF-8, ISO-8859-1, X-1\n",
                                                 "src/a.cc": "// FLOW-99\n"})

    def test_principles_that_comments_name(self):
        page = {"docs/architecture/principles.md": "# Principles\n\n### Failed commits\n\n### Nothing lost\n"}
        for text in ["// A-1; principle: failed commit", "int a;  // principle: leases", "// x (principle: failed\n// things)."]:
            with self.subTest(text):
                self.bad(doc_rules.check_principles, {**page, "src/a.h": f"\n{text}\n"}, "src/a.h:2")
        self.bad(doc_rules.check_principles, {"src/a.h": "// principle: nothing lost"}, "no section 'nothing lost'")
        self.good(doc_rules.check_principles, {
            **page, "src/a.h": "// x (principle: failed\n/// commits). Principle: a word\n", "src/b.cc": "// Principle: nothing lost. A disk …",
            "src/c_test.cc": "// (principles: nothing lost, failed commits)\n{  // principle: nothing lost\n  // Other words.\n"})


class WholeTest(unittest.TestCase):
    def test_exemptions_need_a_reason_and_a_need(self):
        def run(comment: str) -> list[str]:
            tree = Tree.of_texts({"src/net/a.cc": f"void f() {{\n  auto* a = new A;  {comment}\n}}\n", "src/net/README.md": ""})
            return [f"{f.line} {f.rule}" for f in tidy.check(tree)]

        self.assertEqual(run(""), ["2 banned"])
        self.assertEqual(run("// tidy: allow banned: the library takes it over"), [])
        self.assertEqual(run("// tidy: allow banned"), ["2 allow", "2 banned"])
        self.assertEqual(run("// tidy: allow layer: wrong rule"), ["2 allow", "2 banned"])

    def test_the_program_fails_on_a_bad_tree_and_passes_a_good_one(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "src/net").mkdir(parents=True)
            (root / "src/net/README.md").write_text("# net\n")
            (root / "src/net/a.cc").write_text("int f() { return 1; }\n")

            def run() -> subprocess.CompletedProcess[str]:
                return subprocess.run([sys.executable, HERE / "tidy.py", "--root", root], capture_output=True, text=True, check=False)

            good = run()
            self.assertEqual((good.returncode, good.stdout), (0, "tidy: 2 files, 0 findings\n"), good.stderr)
            (root / "src/net/a.cc").write_text("int f() { return fork(); }\n")
            bad = run()
            self.assertEqual(bad.returncode, 1)
            self.assertIn("src/net/a.cc:1: banned: fork", bad.stdout)

    def test_bytes_that_are_no_text_do_not_stop_it(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "src/net").mkdir(parents=True)
            (root / "src/net/README.md").write_text("")
            (root / "src/net/a.cc").write_bytes(b"int a = 1; // \xff\xfe\x00 {{{ ((( \"\n'''\nR\"(\n")
            self.assertIsInstance(tidy.check(Tree.of_repository(root)), list)


if __name__ == "__main__":
    unittest.main()
