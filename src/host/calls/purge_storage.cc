// Purges the files of executions by date, even if their records do not exist any more (CORE-105).
#include <fmt/format.h>

#include <algorithm>

#include "host/calls/arguments.h"
#include "host/host_service.h"
#include "net/loop.h"

namespace gyr::executor {

using base::Value;

namespace {

/// The maximum number of folders that one call checks, so that it does not block a thread of the pool for long.
constexpr size_t folders_a_call = 500;
/// Namespace files, keys and messages: never files of executions (STOR-5).
constexpr std::string_view folders_of_others[] = {"_files", "_kv", "_messages"};

/// Scans the storage of a tenant in order of path and finds the folders of executions below a prefix.
class FolderWalk {
 public:
  /// The folders up to `after` have already been checked.
  FolderWalk(storage::Storage& storage, std::string tenant, const std::string& after)
      : storage_(storage), tenant_(std::move(tenant)), after_(after.empty() ? after : after + "/") {}

  base::Result<void> below(const std::string& folder) {
    GYR_TRY(auto names, folders_in(folder));
    const bool holds_executions = folder.ends_with("/executions");
    for (const std::string& name : names) {
      if (full()) return {};
      const std::string path = folder + "/" + name;
      // Everything up to and including the last folder of the previous call is done.
      if (path + "/" <= after_ && !after_.starts_with(path + "/")) continue;
      if (path + "/" == after_) continue;
      if (holds_executions && base::Id::parse(name)) {
        found.push_back(path);
      } else if (std::ranges::find(folders_of_others, name) == std::end(folders_of_others)) {
        GYR_CHECK(below(path));
      }
    }
    return {};
  }

  bool full() const { return found.size() == folders_a_call; }
  std::vector<std::string> found;

 private:
  /// In the order of their paths: as if each name ended with a slash.
  base::Result<std::vector<std::string>> folders_in(const std::string& folder) {
    auto entries = storage_.list(tenant_, folder.empty() ? "/" : folder);
    std::vector<std::string> names;
    if (!entries && entries.error().code() == storage::file_not_found) return names;
    if (!entries) return base::fail(entries.error());
    for (const auto& entry : *entries) {
      if (entry.directory) names.push_back(entry.file_name + "/");
    }
    std::ranges::sort(names);
    for (std::string& name : names) name.pop_back();
    return names;
  }

  storage::Storage& storage_;
  const std::string tenant_;
  const std::string after_;
};

/// The time of the newest file of a folder; of the folder itself if it is empty.
struct FolderAge {
  int64_t modified_ms = 0;
  size_t files = 0;
};

base::Result<FolderAge> age_of(storage::Storage& storage, const std::string& tenant, const std::string& folder) {
  FolderAge age;
  GYR_TRY(auto uris, storage.all_by_prefix(tenant, folder + "/", false));
  for (const std::string& uri : uris) {
    GYR_TRY(std::string path, storage::path_of_uri(uri));
    auto attributes = storage.attributes(tenant, path);
    if (!attributes && attributes.error().code() == storage::file_not_found) continue;  // deleted in the meantime
    if (!attributes) return base::fail(attributes.error());
    age.modified_ms = std::max(age.modified_ms, attributes->modified_ms);
    age.files += 1;
  }
  if (age.files > 0) return age;
  GYR_TRY(auto attributes, storage.attributes(tenant, folder));
  age.modified_ms = attributes.modified_ms;
  return age;
}

struct Window {
  std::optional<base::Instant> from, to;
  bool holds(int64_t ms) const { return (!from || ms >= from->to_millis()) && (!to || ms <= to->to_millis()); }
};

base::Result<Value> purge_some(storage::Storage& storage, const std::string& tenant, const std::string& root,
                               const std::string& after, const Window& window, bool dry_run) {
  FolderWalk walk(storage, tenant, after);
  GYR_CHECK(walk.below(root));
  int64_t purged = 0;
  int64_t files = 0;
  for (const std::string& folder : walk.found) {
    GYR_TRY(FolderAge age, age_of(storage, tenant, folder));
    if (!window.holds(age.modified_ms)) continue;
    purged += 1;
    if (dry_run) continue;
    GYR_CHECK(storage.remove(tenant, folder));
    files += static_cast<int64_t>(age.files);
  }
  return Value::map({{"scanned", Value::integer(static_cast<int64_t>(walk.found.size()))},
                     {"purged", Value::integer(purged)},
                     {"files", Value::integer(files)},
                     {"after", walk.full() ? Value::string(walk.found.back()) : Value()}});
}

}  // namespace

void HostService::purge_storage(const HostScope& scope, const Value& arguments, Done done) {
  const auto namespace_ = text_argument(arguments, "namespace");
  const auto flow = text_argument(arguments, "flowId");
  if (flow && !namespace_) return done(base::fail(host_refused, "`flowId` needs a `namespace`"));
  std::string root;
  if (namespace_) {
    root = "/" + *namespace_;
    std::ranges::replace(root, '.', '/');
  }
  if (flow) root = storage::flow_path(*namespace_, *flow);
  const Window window{instant_argument(arguments, "startDate"), instant_argument(arguments, "endDate")};
  files_.post([this, tenant = scope.flow.tenant, root, window, after = text_argument(arguments, "after").value_or(""),
               dry_run = flag_argument(arguments, "dryRun", true),
               done = std::move(done)]() mutable { done(purge_some(storage_, tenant, root, after, window, dry_run)); });
}

}  // namespace gyr::executor
