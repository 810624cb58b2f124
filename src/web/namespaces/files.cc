// The editor's calls on namespace files (NSF-10 to NSF-19, API-107).
#include "base/text.h"
#include "net/mime.h"
#include "storage/storage.h"
#include "web/file_store.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/forms.h"
#include "web/http/typed.h"
#include "web/namespace_files.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using Row = store::NamespaceFileRow;
using Rows = std::vector<Row>;

constexpr size_t max_found = 10'000;

/// A path parameter that can be read or changed.
base::Result<std::string> file_path(Request* request, std::string_view parameter) {
  GYR_TRY(std::string path, normal_file_path(request->text(parameter).value_or("/")));
  GYR_CHECK(refuse_flows_path(path));
  return path;
}

base::Error no_file(std::string_view path, const FilePlace& place) {
  return {not_found, fmt::format("File not found: {} in namespace '{}'", path, place.namespace_)};
}

// ---------------------------------------------------------------------------------------------- reading

/// The object of the revision to read and, should it be missing, those of the revisions below it (NSF-3).
base::Result<std::vector<std::string>> objects_to_read(store::Reader& reader, const FilePlace& place,
                                                       const std::string& path, std::optional<int64_t> revision) {
  GYR_TRY(auto rows, reader.namespace_file_revisions(place.tenant, place.namespace_, path));
  if (rows.empty() || (!revision && rows.back().deleted)) return base::fail(no_file(path, place));
  const auto exact = std::ranges::find_if(rows, [&](const Row& row) { return !revision || row.revision == *revision; });
  if (exact == rows.end()) return base::fail(no_file(path, place));
  std::vector<std::string> found;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (!revision || row->revision <= *revision) found.push_back(content_path(*row));
  }
  return found;
}

base::Task<Outcome> get_content(Request* request) {
  GYR_CO_TRY(auto place, file_place(request));
  GYR_CO_TRY(std::string path, file_path(request, "path"));
  GYR_CO_TRY(auto objects,
             co_await request->read([place, path, revision = request->integer("revision")](store::Reader& reader) {
               return objects_to_read(reader, place, path, revision);
             }));
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::string range(request->headers().get("Range").value_or(""));
  for (const std::string& object : objects) {
    auto answer = co_await download(&request->services(), &request->loop(), place.tenant, object, name,
                                    std::string(net::content_type_of(name)), range);
    if (!answer && answer.error().code() == storage::file_not_found) continue;
    if (!answer) co_return base::fail(answer.error());
    answer->headers.add("Cache-Control", "no-cache");
    co_return *std::move(answer);
  }
  co_return base::fail(no_file(path, place));
}

base::Task<base::Result<Rows>> rows_below(Request* request, FilePlace place, std::string prefix) {
  return request->read([visible = request->visible(), place, prefix](store::Reader& reader) {
    return reader.namespace_files(visible, place.tenant, place.namespace_, prefix);
  });
}

base::Task<base::Result<std::vector<json::FileAttributes>>> list_directory(Request* request) {
  GYR_CO_TRY(auto place, file_place(request));
  GYR_CO_TRY(std::string path, file_path(request, "path"));
  GYR_CO_TRY(auto rows, co_await rows_below(request, place, path == "/" ? path : path + "/"));
  const auto children = directory_children(path, rows);
  if (!children) co_return base::fail(no_file(path, place));
  std::vector<json::FileAttributes> list;
  for (const Row& row : *children) list.push_back(file_attributes(row));
  co_return list;
}

base::Task<base::Result<json::FileAttributes>> get_stats(Request* request) {
  GYR_CO_TRY(auto place, file_place(request));
  GYR_CO_TRY(std::string path, file_path(request, "path"));
  GYR_CO_TRY(auto row, co_await request->read([visible = request->visible(), place,
                                               path](store::Reader& reader) -> base::Result<std::optional<Row>> {
    GYR_TRY(auto file, newest_row(reader, place, path));
    if (file && !file->deleted) return file;
    GYR_TRY(auto below,
            reader.namespace_files(visible, place.tenant, place.namespace_, path == "/" ? path : path + "/"));
    if (below.empty() && path != "/") return std::optional<Row>();
    Row directory = below.empty() ? Row{} : below.front();
    directory.path = path == "/" ? path : path + "/";
    directory.size = 0;
    return std::optional(std::move(directory));
  }));
  if (!row) co_return base::fail(no_file(path, place));
  co_return file_attributes(*row);
}

base::Task<base::Result<std::vector<std::string>>> search_files(Request* request) {
  GYR_CO_TRY(auto place, file_place(request));
  const std::string wanted = base::to_lower_ascii(*request->text("q"));
  GYR_CO_TRY(auto rows, co_await rows_below(request, place, "/"));
  std::vector<std::string> paths;
  for (const Row& row : rows) {
    if (paths.size() == max_found) break;
    if (!row.path.ends_with('/') && base::to_lower_ascii(row.path).contains(wanted)) paths.push_back(row.path);
  }
  co_return paths;
}

base::Task<base::Result<std::vector<json::NamespaceFileRevision>>> list_file_revisions(Request* request) {
  GYR_CO_TRY(auto place, file_place(request));
  GYR_CO_TRY(std::string path, file_path(request, "path"));
  GYR_CO_TRY(auto rows, co_await request->read([place, path](store::Reader& reader) {
    return reader.namespace_file_revisions(place.tenant, place.namespace_, path);
  }));
  if (rows.empty()) co_return base::fail(no_file(path, place));
  std::vector<json::NamespaceFileRevision> list;
  for (const Row& row : rows) list.push_back({row.revision});
  co_return list;
}

// ---------------------------------------------------------------------------------------------- writing

/// What an upload brings is stored as it comes; only archives and flows are kept in memory, as they have to be
/// understood.
struct UploadTarget {
  Request* request;
  FilePlace place;
  std::string path;
  bool written = false;
};

bool is_archive(std::string_view file_name) { return base::to_lower_ascii(file_name).ends_with(".zip"); }

base::Task<base::Result<void>> write_bytes(UploadTarget* target, std::string content) {
  if (is_flows_path(target->path))
    co_return co_await import_flow_file(target->request, target->place, std::move(content));
  auto body = net::body_of(std::move(content));
  co_return co_await write_namespace_file(target->request, target->place, target->path, body.get());
}

base::Task<base::Result<std::string>> take_upload(UploadTarget* target, net::PartHead part,
                                                  std::unique_ptr<net::BodyReader> content) {
  if (std::exchange(target->written, true)) co_return base::fail(bad_argument, "the form must have exactly one file");
  const Limits& limits = target->request->settings().limits;
  if (is_archive(*part.file_name)) {
    GYR_CO_TRY(std::string archive, co_await content->all(limits.archive_bytes));
    GYR_CO_CHECK(co_await unpack_archive(target->request, target->place, std::move(archive)));
  } else if (is_flows_path(target->path)) {
    GYR_CO_TRY(std::string source, co_await content->all(limits.yaml_bytes));
    GYR_CO_CHECK(co_await write_bytes(target, std::move(source)));
  } else {
    GYR_CO_CHECK(co_await write_namespace_file(target->request, target->place, target->path, content.get()));
  }
  co_return std::string();
}

base::Task<base::Result<void>> create_file(Request* request) {
  GYR_CO_TRY(auto place, file_place(request));
  GYR_CO_TRY(std::string path, normal_file_path(*request->text("path")));
  const std::string lower = base::to_lower_ascii(path);
  const bool one_level = std::ranges::count(path, '/') == 2;
  if (is_flows_path(path) && (!one_level || !(lower.ends_with(".yml") || lower.ends_with(".yaml"))))
    GYR_CO_CHECK(refuse_flows_path(path));
  UploadTarget target{request, std::move(place), std::move(path)};
  GYR_CO_TRY(auto entries, co_await read_entries(
                               request, {}, [&target](net::PartHead part, std::unique_ptr<net::BodyReader> content) {
                                 return take_upload(&target, std::move(part), std::move(content));
                               }));
  if (!target.written) {
    // A part that is text, or none: an empty file (API-107).
    std::string content;
    for (auto& entry : entries) {
      if (entry.name == "fileContent") content = std::move(entry.value);
    }
    GYR_CO_CHECK(co_await write_bytes(&target, std::move(content)));
  }
  co_return base::Result<void>();
}

base::Task<base::Result<void>> create_directory(Request* request) {
  GYR_CO_TRY(auto place, file_place(request));
  GYR_CO_TRY(std::string path, file_path(request, "path"));
  GYR_CO_TRY(auto missing,
             co_await request->read([place, path, now = request->services().clock.now()](store::Reader& reader) {
               return missing_directories(reader, place, path == "/" ? path : path + "/", now);
             }));
  if (!missing.empty()) {
    store::Batch batch;
    batch.namespace_files = std::move(missing);
    GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  }
  co_return base::Result<void>();
}

base::Task<base::Result<void>> delete_path(Request* request) {
  GYR_CO_TRY(auto place, file_place(request));
  GYR_CO_TRY(std::string path, file_path(request, "path"));
  if (path == "/") co_return base::fail(forbidden_path, "cannot delete the root directory");
  for (int round = 1;; ++round) {
    GYR_CO_TRY(auto gone,
               co_await request->read([place, path, now = request->services().clock.now()](store::Reader& reader) {
                 return executor::rows_to_delete(reader, place, path, true, now);
               }));
    if (gone.empty()) co_return base::fail(no_file(path, place));
    store::Batch batch;
    batch.namespace_files = std::move(gone);
    auto written = co_await request->commit(std::move(batch));
    if (written) co_return base::Result<void>();
    // A file was written in the meantime: read it again, and delete that revision.
    if (written.error().code() != store::store_stale || round == store::max_write_rounds)
      co_return base::fail(written.error());
  }
}

}  // namespace

std::vector<Route> namespace_file_routes() {
  const Right may_read{"NAMESPACE_FILE", Action::read};
  const Right may_write{"NAMESPACE_FILE", Action::update};
  const QueryParameter path{"path", ValueKind::text, "The path of the file", true};
  const QueryParameter directory{"path", ValueKind::text, "The path of the directory; default: the root directory"};
  return {
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/files",
       .operation = "getFileContent",
       .summary = "Get the content of a file",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<get_content>,
       .query = {path, {"revision", ValueKind::integer, "The revision", false, {}, 1}},
       .answer = sends("application/octet-stream"),
       .also_answers = {206}},
      {.method = Method::post,
       .path = "~/namespaces/{namespace}/files",
       .operation = "createNamespaceFile",
       .summary = "Write a file",
       .rule = {may_write, in_path("namespace")},
       .handler = typed<create_file>,
       .query = {path},
       .body = multipart_body | optional_body,
       .takes = json_type<json::FileContent>},
      {.method = Method::del,
       .path = "~/namespaces/{namespace}/files",
       .operation = "deleteFileDirectory",
       .summary = "Delete a file or directory",
       .rule = {{"NAMESPACE_FILE", Action::remove}, in_path("namespace")},
       .handler = typed<delete_path>,
       .query = {path}},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/files/directory",
       .operation = "listNamespaceDirectoryFiles",
       .summary = "List the content of a directory",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<list_directory>,
       .query = {directory}},
      {.method = Method::post,
       .path = "~/namespaces/{namespace}/files/directory",
       .operation = "createNamespaceDirectory",
       .summary = "Create a directory",
       .rule = {may_write, in_path("namespace")},
       .handler = typed<create_directory>,
       .query = {directory}},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/files/search",
       .operation = "searchNamespaceFiles",
       .summary = "Find files by a part of their paths",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<search_files>,
       .query = {{"q", ValueKind::text, "The part", true}}},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/files/stats",
       .operation = "getFileMetadatas",
       .summary = "Get size and times of a file or directory",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<get_stats>,
       .query = {directory}},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/files/revisions",
       .operation = "getFileRevisions",
       .summary = "List the revisions of a file",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<list_file_revisions>,
       .query = {path}},
  };
}

}  // namespace gyr::web
