#include "main/self_check.h"

#include <date/tz.h>
#include <fmt/args.h>
#include <re2/re2.h>
#include <simdjson.h>
#include <spdlog/common.h>
#include <unicode/unistr.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <new>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "net/self_check.h"

namespace gyr::main {
namespace {

/// More than any machine has; volatile, so that the compiler cannot evaluate it.
volatile size_t too_many_bytes = SIZE_MAX / 4;

struct Check {
  std::string_view library;
  void (*act)();  ///< throws
};

constexpr Check checks[] = {
    {"libstdc++: range", [] { (void)std::string("x").at(too_many_bytes); }},
    {"libstdc++: number", [] { (void)std::stoi("x"); }},
    {"libstdc++: memory", [] { ::operator delete(::operator new(too_many_bytes)); }},
    {"libstdc++: length", [] { std::string().reserve(too_many_bytes * 3); }},
    {"libstdc++: file",
     [] {
       std::ifstream file;
       file.exceptions(std::ios::failbit);
       file.open("/nowhere/at/all");
     }},
    {"libstdc++: file system", [] { (void)std::filesystem::file_size("/nowhere/at/all"); }},
    {"libstdc++: thread", [] { std::thread().join(); }},
    {"libstdc++: regular expression", [] { std::regex bad("("); }},
    {"date-tz", [] { (void)date::locate_zone("Mars/Phobos"); }},
    {"fmt", [] { (void)fmt::vformat("{", fmt::format_args()); }},
    {"spdlog", [] { spdlog::throw_spdlog_ex("thrown by spdlog", ENOENT); }},
    {"simdjson",
     [] {
       simdjson::dom::parser parser;
       (void)int64_t(parser.parse(std::string_view("[1")).at(0));
     }},
    {"CLI11",
     [] {
       CLI::App app;
       app.parse("--unknown");
     }},
    {"Asio", net::throw_by_asio},
};

/// Checks libraries that return failures as values instead of throwing.
bool reports_by_value() {
  const RE2 expression("(", RE2::Quiet);
  return !expression.ok() && !expression.error().empty() && icu::UnicodeString::fromUTF8("\xFF").length() == 1;
}

/// The mapped files of this process whose names begin with `name`.
std::set<std::string> mapped(std::string_view name) {
  std::set<std::string> found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const size_t slash = line.find('/');
    if (slash == std::string::npos) continue;
    std::string file = line.substr(slash);
    if (std::string_view(file).substr(file.rfind('/') + 1).starts_with(name)) found.insert(std::move(file));
  }
  return found;
}

bool tell(std::string_view what, bool good, std::string_view detail) {
  std::fputs(fmt::format("{} {}: {}\n", good ? "ok    " : "FAILED", what, detail).c_str(), stdout);
  return good;
}

bool caught(const Check& check) {
  try {
    check.act();
  } catch (const std::exception& exception) {
    return tell(check.library, true, exception.what());
  } catch (...) {
    return tell(check.library, false, "caught an exception of unknown type: two C++ runtimes are loaded");
  }
  return tell(check.library, false, "no exception was thrown");
}

/// Checks that libstdc++ and libgcc_s are mapped once each, and no other C++ runtime.
bool has_one_runtime() {
  bool good = true;
  for (const std::string_view library : {"libstdc++.so", "libgcc_s.so"}) {
    const auto files = mapped(library);
    good = tell(library, files.size() == 1, fmt::format("mapped from {}", fmt::join(files, ", "))) && good;
  }
  for (const std::string_view library : {"libc++.so", "libc++abi.so", "libunwind.so"}) {
    const auto files = mapped(library);
    if (!files.empty()) good = tell(library, false, fmt::format("mapped from {}", fmt::join(files, ", ")));
  }
  return good;
}

}  // namespace

int self_check() {
  bool good = true;
  for (const Check& check : checks) good = caught(check) && good;
  good = tell("re2, ICU", reports_by_value(), "failures are returned as values") && good;
  good = has_one_runtime() && good;
  return good ? 0 : 1;
}

}  // namespace gyr::main
