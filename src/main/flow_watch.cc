#include "main/flow_watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
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

/// Editors write a file in several steps: what changes within this time is loaded once.
constexpr int quiet_ms = 60;
constexpr uint32_t wanted_events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_MOVED_FROM;

bool is_watched_folder(const std::string& name) { return !name.starts_with('.') && name != "node_modules"; }

bool is_flow_file(const std::string& name) {
  return !name.starts_with('.') && (name.ends_with(".yml") || name.ends_with(".yaml"));
}

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
  watch->inotify_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  watch->stop_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (watch->inotify_ < 0 || watch->stop_ < 0)
    return base::fail(base::Error(bad_configuration, fmt::format("cannot watch files: {}", std::strerror(errno)))
                          .with_hint("raise the limit fs.inotify.max_user_instances"));
  watch->folders_ = folders;
  for (const std::string& folder : folders) watch->watch_folder(folder);
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
  for (int fd : {inotify_, stop_}) {
    if (fd >= 0) ::close(fd);
  }
}

void FlowWatch::watch_folder(const std::string& folder) {
  const int watch = ::inotify_add_watch(inotify_, folder.c_str(), wanted_events);
  if (watch < 0) {
    base::log::warn("cannot watch the folder `{}`: {}", folder, std::strerror(errno));
    return;
  }
  watched_[watch] = folder;
  // Files that came before the watch have no event.
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    std::error_code ignored;
    const std::string name = entry.path().filename().string();
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) {
      if (is_watched_folder(name)) watch_folder(entry.path().string());
    } else if (is_flow_file(name)) {
      changed_.insert(entry.path().string());
    }
  }
  if (error) base::log::warn("cannot read the folder `{}`: {}", folder, error.message());
}

bool FlowWatch::read_events() {
  alignas(inotify_event) std::array<char, 64 * 1024> buffer;
  bool complete = true;
  for (;;) {
    const ssize_t size = ::read(inotify_, buffer.data(), buffer.size());
    if (size <= 0) return complete;
    for (size_t at = 0; at < static_cast<size_t>(size);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const char* text = buffer.data() + at + sizeof(event);
      const std::string name(text, event.len == 0 ? 0 : ::strnlen(text, event.len));
      at += sizeof(event) + event.len;
      if ((event.mask & IN_Q_OVERFLOW) != 0) complete = false;
      if ((event.mask & IN_IGNORED) != 0) watched_.erase(event.wd);
      const auto folder = watched_.find(event.wd);
      if (folder == watched_.end() || name.empty()) continue;
      const std::string path = (fs::path(folder->second) / name).string();
      if ((event.mask & IN_ISDIR) != 0) {
        if ((event.mask & (IN_CREATE | IN_MOVED_TO)) != 0 && is_watched_folder(name)) watch_folder(path);
      } else if (is_flow_file(name) && (event.mask & IN_CREATE) == 0) {
        changed_.insert(path);
      }
    }
  }
}

void FlowWatch::serve() {
  std::array<pollfd, 2> waits{
      {{.fd = inotify_, .events = POLLIN, .revents = 0}, {.fd = stop_, .events = POLLIN, .revents = 0}}};
  for (;;) {
    const int ready = ::poll(waits.data(), waits.size(), changed_.empty() ? -1 : quiet_ms);
    if (waits[1].revents != 0) return;
    if (ready < 0 && errno != EINTR) {
      base::log::error("the watch of flows has ended: {}", std::strerror(errno));
      return;
    }
    if (ready > 0 && !read_events()) {
      for (const std::string& folder : folders_) watch_folder(folder);
    }
    if (ready == 0) load_changed();
  }
}

void FlowWatch::load_changed() {
  const std::set<std::string> files = std::exchange(changed_, {});
  for (const std::string& file : files) load(file);
}

void FlowWatch::load(const std::string& file) {
  cli::FileOutput out(1), err(2);
  cli::Console console{out, err};
  console.color_allowed = std::getenv("NO_COLOR") == nullptr;
  const bool color = console.color(err);
  std::error_code error;
  if (!fs::exists(file, error)) {
    if (loaded_.erase(file) > 0)
      err.write(fmt::format("{} {}: the file is gone; its flow stays on the server\n",
                            cli::painted(cli::Paint::yellow, "-", color), cli::printable(file)));
    return;
  }
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
