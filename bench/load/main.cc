// gyr_load: a load generator for servers of this API. bench/README.md says what its figures mean.
#include <sys/resource.h>

#include <csignal>
#include <cstdio>

#include "options.h"
#include "report.h"
#include "sync_probe.h"

namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

volatile bool stop_requested = false;

void on_signal(int) { stop_requested = true; }

int fail(const gyr::base::Error& error, int status) {
  fmt::print(stderr, "gyr_load: {}\n", error.message());
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<const char* const> words(argv + 1, argv + argc);
  if (!words.empty() && (std::string_view(words[0]) == "--help" || std::string_view(words[0]) == "help")) {
    fmt::print("{}", gyr::load::usage_text);
    return 0;
  }
  const auto command = gyr::load::parse_options(words);
  if (!command) {
    fmt::print(stderr, "{}", gyr::load::usage_text);
    return fail(command.error(), exit_usage);
  }
  if (const auto* sync = std::get_if<gyr::load::SyncCommand>(&*command)) {
    const auto report = gyr::load::probe_sync(sync->folder);
    if (!report) return fail(report.error(), exit_failed);
    fmt::print("{}\n", gyr::load::to_json(*report));
    return 0;
  }
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // An open loop may need more connections than the usual limit of 1,024 descriptors allows.
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
  }
  const auto report = gyr::load::LoadRun(std::get<gyr::load::LoadOptions>(*command)).run(&stop_requested);
  if (!report) return fail(report.error(), exit_failed);
  fmt::print("{}\n", gyr::load::to_json(*report));
  return 0;
}
