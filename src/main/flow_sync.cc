#include "main/flow_sync.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "cli/await.h"
#include "cli/console.h"
#include "cli/flow_files.h"
#include "command/command.h"
#include "main/config/errors.h"
#include "main/flow_folders.h"
#include "syntax/diagnostic.h"

namespace gyr::main {
namespace {

namespace fs = std::filesystem;

/// Larger than any flow that the parser accepts.
constexpr uintmax_t max_flow_file = 8 * 1024 * 1024;
/// Files that change all the time are looked at after this time.
constexpr std::chrono::milliseconds longest_quiet{1'000};

size_t hash_of(std::string_view text) { return std::hash<std::string_view>()(text); }

/// `main.company.team.hello`, for messages.
std::string name_of(const model::FlowKey& flow) { return fmt::format("{}.{}", flow.namespace_, flow.id); }

/// What is not a regular file of a usual size is not opened: reading a pipe would wait for ever.
base::Result<std::string> read_flow_text(const std::string& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::is_regular_file(status)) return base::fail(bad_configuration, "it is not a regular file");
  const uintmax_t size = fs::file_size(file, error);
  if (error) return base::fail(bad_configuration, error.message());
  if (size > max_flow_file)
    return base::fail(bad_configuration, fmt::format("it has {} bytes; a flow has at most {}", size, max_flow_file));
  std::ifstream in(file, std::ios::binary);
  std::string text(static_cast<size_t>(size) + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.eof()) return base::fail(bad_configuration, "it cannot be read, or it grows while it is read");
  text.resize(static_cast<size_t>(in.gcount()));
  if (auto offset = base::find_invalid_utf8(text))
    return base::fail(bad_configuration, fmt::format("it is not UTF-8 at byte {}", *offset));
  return text;
}

/// One line for each error, with its place.
void log_errors(const std::string& file, const std::vector<syntax::Diagnostic>& diagnostics) {
  for (const syntax::Diagnostic& found : diagnostics) {
    if (found.severity != syntax::Severity::error) continue;
    const std::string place = found.span ? fmt::format(":{}:{}", found.span->line, found.span->column) : "";
    base::log::warn("{}{}: the file is not loaded: {} [{}]", cli::printable(file), place, cli::printable(found.title()),
                    found.code.text);
  }
}

base::Result<void> delete_flow(Runtime& runtime, const model::FlowKey& flow) {
  executor::DeleteFlow command{std::make_shared<const model::FlowKey>(flow)};
  GYR_CHECK(cli::await<executor::Answer>(
      [&](auto callback) { runtime.commands().submit(std::move(command), std::move(callback)); }));
  return {};
}

}  // namespace

base::Result<std::unique_ptr<FlowSync>> FlowSync::start(Runtime& runtime, std::vector<std::string> folders) {
  auto sync = std::make_unique<FlowSync>(runtime);
  for (std::string& folder : folders) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
      return base::fail(
          base::Error(bad_configuration, fmt::format("`micronaut.io.watch.paths`: `{}` is not a folder", folder))
              .with_hint("create the folder, or remove it from the list"));
    while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  }
  sync->folders_ = std::move(folders);
  sync->wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (sync->wake_ < 0)
    return base::fail(bad_configuration, fmt::format("cannot watch files: {}", std::strerror(errno)));
  GYR_TRY(sync->reader_, runtime.store().open_reader());
  GYR_TRY(sync->events_, FolderEvents::watch(sync->folders_));
  sync->load_changed();
  // From here on, no change of a flow is missed; those of the load are equal to their files.
  sync->subscription_ = runtime.changes().subscribe_all([sync = sync.get()](const executor::Change& change) {
    if (change.flow == nullptr || !change.trigger.empty()) return;
    {
      std::lock_guard lock(sync->mutex_);
      sync->changed_flows_.push_back(*change.flow);
    }
    sync->wake();
  });
  sync->write_missing_files();
  sync->thread_ = std::thread([sync = sync.get()] { sync->serve(); });
  return sync;
}

FlowSync::~FlowSync() {
  subscription_ = {};
  if (thread_.joinable()) {
    {
      std::lock_guard lock(mutex_);
      ends_ = true;
    }
    wake();
    thread_.join();
  }
  if (wake_ >= 0) ::close(wake_);
}

void FlowSync::wake() {
  // It fails only if it is full, and then the thread is awake anyway.
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof(one));
}

void FlowSync::serve() {
  std::array<pollfd, 2> waits{
      {{.fd = events_->descriptor(), .events = POLLIN, .revents = 0}, {.fd = wake_, .events = POLLIN, .revents = 0}}};
  std::optional<base::MonotonicTime> first_change;
  for (;;) {
    const int ready = ::poll(waits.data(), waits.size(), events_->has_changed() || !missing_.empty() ? quiet_ms : -1);
    if (ready < 0 && errno != EINTR) {
      base::log::error("changes of flows and files are no longer synchronised: {}", std::strerror(errno));
      return;
    }
    if (ready > 0 && waits[1].revents != 0) {
      uint64_t count = 0;
      [[maybe_unused]] const ssize_t read = ::read(wake_, &count, sizeof(count));
    }
    if (ready > 0 && waits[0].revents != 0) events_->read_events();
    if (std::lock_guard lock(mutex_); ends_) return;
    if (events_->has_changed() && !first_change) first_change = base::monotonic_now();
    if (first_change && (ready == 0 || base::monotonic_now() - *first_change >= longest_quiet)) {
      load_changed();
      first_change.reset();
    } else if (ready == 0) {
      remove_missing();
    }
    look_at_changes();
  }
}

/// Flows whose file waits to be loaded are not written: the file is newer.
void FlowSync::look_at_changes() {
  if (events_->has_changed()) return;
  std::vector<model::FlowKey> flows;
  {
    std::lock_guard lock(mutex_);
    flows = std::exchange(changed_flows_, {});
  }
  // One flow can be saved many times in a short while; its last revision counts.
  std::ranges::sort(flows);
  const auto [first, last] = std::ranges::unique(flows);
  flows.erase(first, last);
  for (const model::FlowKey& flow : flows) write_file_of(flow);
}

// ---------------------------------------------------------------------------------------------- from files to flows

/// Files that are gone are only noted: the other half of a move, or the next step of an editor, may follow.
void FlowSync::load_changed() {
  for (const std::string& path : events_->take_changed()) {
    std::error_code error;
    const bool is_folder = fs::is_directory(path, error) || !is_flow_file_name(fs::path(path).filename().string());
    if (!is_folder && fs::exists(fs::symlink_status(path, error))) load(path);
    if (!is_folder && !fs::exists(path, error)) missing_.insert(path);
    if (!is_folder) continue;
    for (const auto& [file, known] : files_) {
      if (file.starts_with(path + "/") && !fs::exists(file, error)) missing_.insert(file);
    }
  }
}

/// Called when nothing has happened for a while.
void FlowSync::remove_missing() {
  for (const std::string& file : std::exchange(missing_, {})) {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(file, error))) remove_flows_of(file);
  }
}

void FlowSync::load(const std::string& file) {
  auto text = read_flow_text(file);
  if (!text) {
    std::error_code error;
    if (!fs::exists(file, error)) return;  // it was removed meanwhile
    base::log::warn("{}: the file is not loaded: {}", cli::printable(file), text.error().message());
    return;
  }
  const size_t hash = hash_of(*text);
  const auto before = files_.find(file);
  if (before != files_.end() && before->second.hash == hash) return;
  cli::FileOutput out(1), err(2);
  cli::Console console{out, err};
  auto read = cli::read_flow_file(file, console);
  if (!read) {
    base::log::warn("{}: the file is not loaded: {}", cli::printable(file), cli::printable(read.error().message()));
    return;
  }
  std::vector<model::ParsedFlow> parsed;
  for (const syntax::YamlPart& part : (*read)->parts) {
    parsed.push_back(cli::parse_part(**read, part, runtime_.registry(), runtime_.parse_options()));
    if (parsed.back().ok()) continue;
    log_errors(file, parsed.back().diagnostics);
    if ((*read)->parts.size() == 1) claim(file, parsed.back());
    return;
  }
  KnownFile known{.flows = {}, .hash = hash, .is_plain = parsed.size() == 1 && !(*read)->has_includes};
  for (const model::ParsedFlow& one : parsed) {
    const model::FlowKey key{"main", one.flow->namespace_, one.flow->id};
    const std::string* other = file_of(key);
    std::error_code error;
    if (other != nullptr && *other != file && fs::exists(*other, error)) {
      base::log::warn("{}: the file is not loaded: the flow `{}` is in the file {}", cli::printable(file), name_of(key),
                      cli::printable(*other));
      return;
    }
    known.flows.push_back(key);
  }
  for (size_t i = 0; i < parsed.size(); ++i) {
    if (auto saved = save_flow(runtime_, *parsed[i].flow, (*read)->parts[i].text); !saved) {
      base::log::warn("{}: the flow `{}` cannot be saved: {}", cli::printable(file), name_of(known.flows[i]),
                      saved.error().message());
      return;
    }
  }
  const std::vector<model::FlowKey> former =
      before == files_.end() ? std::vector<model::FlowKey>() : before->second.flows;
  files_.insert_or_assign(file, std::move(known));
  // A file whose id or namespace has changed has another flow now.
  for (const model::FlowKey& flow : former) {
    if (file_of(flow) != nullptr) continue;
    if (auto deleted = delete_flow(runtime_, flow); !deleted && deleted.error().code() != executor::flow_not_found)
      base::log::warn("the flow `{}`, which {} no longer has, cannot be deleted: {}", name_of(flow),
                      cli::printable(file), deleted.error().message());
  }
}

/// A file that is not valid yet says which flow it is for: that flow gets no second file.
void FlowSync::claim(const std::string& file, const model::ParsedFlow& parsed) {
  const model::FlowKey key{"main", parsed.namespace_, parsed.id};
  if (key.id.empty() || key.namespace_.empty() || files_.contains(file) || file_of(key) != nullptr) return;
  files_.emplace(file, KnownFile{.flows = {key}, .hash = 0, .is_plain = true});
}

bool FlowSync::has_folder_of(const std::string& file) const {
  return std::ranges::any_of(folders_, [&file](const std::string& folder) {
    std::error_code error;
    return file.starts_with(folder + "/") && fs::is_directory(folder, error);
  });
}

const std::string* FlowSync::file_of(const model::FlowKey& flow) const {
  for (const auto& [file, known] : files_) {
    if (std::ranges::find(known.flows, flow) != known.flows.end()) return &file;
  }
  return nullptr;
}

void FlowSync::remove_flows_of(const std::string& file) {
  const auto found = files_.find(file);
  if (found == files_.end()) return;
  if (!has_folder_of(file)) {
    base::log::error("the watched folder of {} does not exist; its flows are kept", cli::printable(file));
    return;
  }
  const std::vector<model::FlowKey> flows = std::move(found->second.flows);
  files_.erase(found);
  for (const model::FlowKey& flow : flows) {
    if (file_of(flow) != nullptr) continue;  // it is in another file now
    auto deleted = delete_flow(runtime_, flow);
    if (deleted) {
      base::log::info("deleted the flow `{}`: its file {} was removed", name_of(flow), cli::printable(file));
    } else if (deleted.error().code() != executor::flow_not_found) {
      base::log::warn("the flow `{}`, whose file was removed, cannot be deleted: {}", name_of(flow),
                      deleted.error().message());
    }
  }
}

// ---------------------------------------------------------------------------------------------- from flows to files

void FlowSync::write_missing_files() {
  store::FlowQuery query{store::Visible::internal("flows and files are kept in step by the server itself")};
  query.tenant = "main";
  query.drafts = false;
  query.paging.size = 1'000;
  std::set<model::FlowKey> with_file;
  for (const auto& [file, known] : files_) with_file.insert(known.flows.begin(), known.flows.end());
  for (;;) {
    auto page = reader_->search_flows(query);
    if (!page) {
      base::log::warn("cannot read the flows that have no file: {}", page.error().message());
      return;
    }
    for (const store::FlowRow& row : page->results) {
      if (!with_file.contains(row.key)) write_file(new_file_of(row.key), row);
    }
    if (page->results.size() < query.paging.size) return;
    query.after = std::pair(page->results.back().key.namespace_, page->results.back().key.id);
  }
}

std::string FlowSync::new_file_of(const model::FlowKey& flow) const {
  return fmt::format("{}/{}_{}_{}.yml", folders_.front(), flow.tenant, flow.namespace_, flow.id);
}

void FlowSync::write_file_of(const model::FlowKey& flow) {
  auto row = reader_->flow(flow, 0);
  if (!row) {
    base::log::warn("cannot write the file of the flow `{}`: {}", name_of(flow), row.error().message());
    return;
  }
  const std::string* known_file = file_of(flow);
  const bool exists = *row && !(*row)->deleted && !(*row)->draft;
  if (!exists) {
    if (known_file == nullptr || (*row && (*row)->draft)) return;
    const std::string file = *known_file;
    const auto known = files_.find(file);
    const auto text = read_flow_text(file);
    if (!known->second.is_plain || !text || hash_of(*text) != known->second.hash) {
      base::log::warn("the flow `{}` was deleted, but its file {} stays: it has changed, or has other content",
                      name_of(flow), cli::printable(file));
      std::erase(known->second.flows, flow);
      return;
    }
    files_.erase(known);
    std::error_code error;
    if (fs::remove(file, error); error)
      base::log::warn("the file {} of a deleted flow cannot be removed: {}", cli::printable(file), error.message());
    return;
  }
  write_file(known_file != nullptr ? *known_file : new_file_of(flow), **row);
}

/// By a hidden file beside it, so that nobody reads a part.
void FlowSync::write_file(const std::string& file, const store::FlowRow& row) {
  const auto known = files_.find(file);
  const auto warn = [&](std::string_view why) {
    base::log::warn("the flow `{}` is not written to {}: {}", name_of(row.key), cli::printable(file), why);
  };
  std::error_code error;
  if (known == files_.end() ? fs::exists(fs::symlink_status(file, error)) : !known->second.is_plain)
    return warn(known == files_.end() ? "there is another file of this name" : "the file has more than this flow");
  if (known != files_.end()) {
    const auto text = read_flow_text(file);
    // A file that has changed is loaded in a moment; one that cannot be read keeps what its owner wants.
    if (!text || hash_of(*text) != known->second.hash) return;
    if (model::strip_revision_line(*text) == row.source) return;
  }
  const fs::path part = fs::path(file).parent_path() / fmt::format(".{}.part", fs::path(file).filename().string());
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  out << row.source;
  out.close();
  if (out.fail()) {
    warn("it cannot be written; is the disk full, or the folder read-only?");
    fs::remove(part, error);
    return;
  }
  fs::rename(part, file, error);
  if (error) {
    warn(error.message());
    fs::remove(part, error);
    return;
  }
  files_.insert_or_assign(file, KnownFile{.flows = {row.key}, .hash = hash_of(row.source), .is_plain = true});
}

}  // namespace gyr::main
