#include "main/flow_watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>

#include "base/log.h"
#include "cli/console.h"
#include "main/config/errors.h"
#include "main/flow_folders.h"
#include "syntax/yaml.h"

namespace gyr::main {
namespace {

namespace fs = std::filesystem;

/// A flow has an id or tasks, also while it is not complete; other YAML in a project, such as a compose file, has
/// neither.
bool looks_like_flow(std::string_view text) {
  for (const syntax::YamlPart& part : syntax::split_yaml_documents(text)) {
    auto parsed = syntax::parse_yaml(part.text);
    if (!parsed) return true;  // the error is shown with its place
    if ((*parsed)->is_mapping() && ((*parsed)->find("id") != nullptr || (*parsed)->find("tasks") != nullptr))
      return true;
  }
  return false;
}

}  // namespace

base::Result<std::unique_ptr<FlowWatch>> FlowWatch::start(Runtime& runtime, const std::vector<std::string>& folders) {
  auto watch = std::make_unique<FlowWatch>(runtime);
  watch->stop_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (watch->stop_ < 0)
    return base::fail(bad_configuration, fmt::format("cannot watch files: {}", std::strerror(errno)));
  GYR_TRY(watch->events_, FolderEvents::watch(folders));
  watch->load_changed();
  watch->thread_ = std::thread([watch = watch.get()] { watch->serve(); });
  return watch;
}

FlowWatch::~FlowWatch() {
  if (thread_.joinable()) {
    const uint64_t one = 1;
    if (::write(stop_, &one, sizeof(one)) != sizeof(one)) base::log::error("cannot end the watch of flows");
    thread_.join();
  }
  if (stop_ >= 0) ::close(stop_);
}

void FlowWatch::serve() {
  std::array<pollfd, 2> waits{
      {{.fd = events_->descriptor(), .events = POLLIN, .revents = 0}, {.fd = stop_, .events = POLLIN, .revents = 0}}};
  for (;;) {
    const int ready = ::poll(waits.data(), waits.size(), events_->has_changed() ? quiet_ms : -1);
    if (waits[1].revents != 0) return;
    if (ready < 0 && errno != EINTR) {
      base::log::error("the watch of flows has ended: {}", std::strerror(errno));
      return;
    }
    if (ready > 0) events_->read_events();
    if (ready == 0) load_changed();
  }
}

void FlowWatch::load_changed() {
  for (const std::string& file : events_->take_changed()) load(file);
}

void FlowWatch::load(const std::string& file) {
  cli::FileOutput out(1), err(2);
  cli::Console console{out, err};
  console.color_allowed = std::getenv("NO_COLOR") == nullptr;
  const bool color = console.color(err);
  std::error_code error;
  if (!fs::exists(file, error)) {
    if (loaded_.erase(file) > 0)
      err.write(fmt::format("{} {}: the file was removed; its flow stays on the server\n",
                            cli::painted(cli::Paint::yellow, "-", color), cli::printable(file)));
    return;
  }
  if (fs::is_directory(file, error)) return;
  auto text = cli::read_input(file, console);
  if (!text) {
    base::log::warn("cannot read `{}`: {}", file, text.error().message());
    return;
  }
  const size_t hash = std::hash<std::string>()(*text);
  const auto known = loaded_.find(file);
  if ((known != loaded_.end() && known->second == hash) || !looks_like_flow(*text)) return;
  const auto began = base::monotonic_now();
  auto flows = load_flow_file(runtime_, file, console, true);
  if (!flows) {
    err.write(fmt::format("{} {}: {}\n", cli::painted(cli::Paint::red, "✗", color), cli::printable(file),
                          cli::printable(flows.error().message())));
    return;
  }
  // A flow that could not be saved is tried again when the file is saved again.
  loaded_[file] = std::ranges::all_of(*flows, &LoadedFlow::saved) ? hash : 0;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(base::monotonic_now() - began);
  for (const LoadedFlow& flow : *flows) {
    err.write(flow.saved ? fmt::format("{} {}  {}  ({} ms)\n", cli::painted(cli::Paint::green, "✓", color),
                                       cli::printable(flow.name), cli::printable(file), took.count())
                         : fmt::format("{} {}  {}  not loaded\n", cli::painted(cli::Paint::red, "✗", color),
                                       cli::printable(flow.name), cli::printable(file)));
  }
}

}  // namespace gyr::main
