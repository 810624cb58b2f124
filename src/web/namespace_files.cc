#include "web/namespace_files.h"

#include <map>

#include "base/text.h"
#include "host/host_service.h"
#include "storage/storage.h"
#include "storage/zip.h"
#include "web/file_store.h"
#include "web/flows.h"
#include "web/http/await.h"
#include "web/http/errors.h"

namespace gyr::web {

using storage::is_safe_entry_name;
using storage::ZipReader;

using Rows = std::vector<store::NamespaceFileRow>;

namespace {

std::string_view without_slash(std::string_view path) {
  return path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

}  // namespace

base::Result<void> check_namespace(std::string_view namespace_) {
  if (storage::is_namespace(namespace_)) return {};
  return base::fail(bad_argument, fmt::format("`{}` is not a namespace", namespace_.substr(0, 150)));
}

base::Result<FilePlace> file_place(Request* request) {
  GYR_CHECK(check_namespace(request->path("namespace")));
  return FilePlace{request->tenant(), std::string(request->path("namespace"))};
}

json::FileAttributes file_attributes(const store::NamespaceFileRow& row) {
  const bool directory = row.path.ends_with('/');
  const std::string_view path = without_slash(row.path);
  return {.file_name = std::string(path.substr(path.rfind('/') + 1)),
          .type = directory ? "Directory" : "File",
          .size = static_cast<int64_t>(row.size),
          .creation_time = row.created.to_millis(),
          .last_modified_time = row.updated.to_millis()};
}

std::optional<Rows> directory_children(std::string_view directory, const Rows& below) {
  const std::string prefix = directory == "/" ? "/" : std::string(directory) + "/";
  std::map<std::string, store::NamespaceFileRow> children;
  bool there = directory == "/";
  for (const auto& row : below) {
    if (!row.path.starts_with(prefix)) continue;
    there = true;
    const std::string_view rest = std::string_view(row.path).substr(prefix.size());
    if (rest.empty()) continue;  // the directory itself
    const size_t slash = rest.find('/');
    if (slash == std::string_view::npos || slash + 1 == rest.size()) {
      children.insert_or_assign(row.path, row);
      continue;
    }
    // A directory that is known from its content.
    store::NamespaceFileRow child = row;
    child.path = prefix + std::string(rest.substr(0, slash + 1));
    child.size = 0;
    children.try_emplace(child.path, child);
  }
  if (!there) return std::nullopt;
  Rows list;
  for (auto& [path, row] : children) list.push_back(std::move(row));
  return list;
}

base::Task<base::Result<void>> write_namespace_file(Request* request, FilePlace place, std::string path,
                                                    net::BodyReader* content) {
  if (path == "/") co_return base::fail(forbidden_path, "the path does not name a file");
  auto turn = co_await request->services().host.turns().enter(executor::turn_of_file(place, path), &request->loop());
  std::optional<StoredFile> stored;
  std::string content_of_row;
  for (int round = 1;; ++round) {
    GYR_CO_TRY(auto plan,
               co_await request->read([place, path, now = request->services().clock.now()](store::Reader& reader) {
                 return executor::plan_write(reader, place, path, now);
               }));
    if (!stored) {
      plan.row.content = content_of_row = executor::new_content(plan.row);
      GYR_CO_TRY(stored, co_await store_file(&request->services(), &request->loop(), place.tenant,
                                             executor::content_path(plan.row), content));
    }
    plan.row.content = content_of_row;
    plan.row.size = stored->size;
    store::Batch batch;
    batch.namespace_files = std::move(plan.directories);
    batch.namespace_files.push_back(std::move(plan.row));
    auto written = co_await request->commit(std::move(batch));
    if (written) co_return base::Result<void>();
    // Another server has written the file in the meantime: this is the next revision then.
    if (written.error().code() != store::store_stale || round == store::max_write_rounds)
      co_return base::fail(written.error());
  }
}

base::Task<base::Result<void>> import_flow_file(Request* request, FilePlace place, std::string source) {
  auto text = with_property(source, "namespace", place.namespace_);
  if (!text) co_return base::fail(invalid_entity, "a file below `_flows` must be a flow");
  auto saved = co_await save_flow(request, *std::move(text), executor::SaveFlow::Mode::upsert, std::nullopt);
  if (auto* problem = std::get_if<Problem>(&saved)) co_return base::fail(invalid_entity, problem->message);
  co_return base::Result<void>();
}

namespace {

/// The paths of all files of an archive, in order: checked before the first file is written.
base::Result<std::vector<std::string>> files_of_archive(std::string_view archive, const Limits& limits) {
  ZipReader zip(archive);
  uint64_t total = 0;
  std::vector<std::string> files;
  for (;;) {
    GYR_TRY(const auto entry, zip.next());
    if (!entry) return files;
    if (!is_safe_entry_name(entry->name))
      return base::fail(forbidden_path,
                        fmt::format("the archive contains a path that leads out of it: `{}`", entry->name));
    total += entry->size_bytes;
    if (total > limits.unpacked_bytes)
      return base::fail(bad_archive, fmt::format("the unpacked archive has more than {} bytes", limits.unpacked_bytes));
    if (entry->directory) continue;
    GYR_TRY(std::string path, normal_file_path(entry->name));
    if (is_flows_path(path) && std::ranges::count(path, '/') != 2)
      return base::fail(forbidden_path, fmt::format("Forbidden path: {}", path));
    files.push_back(std::move(path));
  }
}

/// The content of the next entry that is a file.
base::Result<std::string> next_file(ZipReader& zip, size_t limit) {
  for (;;) {
    GYR_TRY(const auto entry, zip.next());
    if (!entry) return base::fail(bad_archive, "the archive changed while it was being read");
    if (!entry->directory) return zip.unpack(limit);
  }
}

}  // namespace

base::Task<base::Result<void>> unpack_archive(Request* request, FilePlace place, std::string archive) {
  const Limits& limits = request->settings().limits;
  GYR_CO_TRY(const auto files, files_of_archive(archive, limits));
  ZipReader zip(archive);
  for (const std::string& path : files) {
    GYR_CO_TRY(std::string content, co_await on_pool<std::string>(
                                        &request->services().work, &request->loop(),
                                        [&zip, limit = limits.archive_bytes * 4] { return next_file(zip, limit); }));
    if (is_flows_path(path)) {
      GYR_CO_CHECK(co_await import_flow_file(request, place, std::move(content)));
      continue;
    }
    auto body = net::body_of(std::move(content));
    GYR_CO_CHECK(co_await write_namespace_file(request, place, path, body.get()));
  }
  co_return base::Result<void>();
}

}  // namespace gyr::web
