// Files of an execution: download, size, preview (API-86, STOR-50 to STOR-53).
#include <limits>

#include "base/text.h"
#include "storage/access.h"
#include "storage/storage.h"
#include "web/executions/executions.h"
#include "web/executions/preview.h"
#include "web/executions/values.h"
#include "web/file_store.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/json_lines.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// A file of an execution.
struct FileQuery {
  std::string path;
};
/// How it is downloaded.
struct DownloadQuery : FileQuery {
  std::string format = "RAW";
};
/// How its beginning is shown.
struct PreviewQuery : FileQuery {
  std::optional<int64_t> max_rows;
  std::string encoding;
};

}  // namespace

template <>
struct DescribedQuery<FileQuery> {
  static constexpr auto parameters = std::tuple(
      parameter("path", &FileQuery::path,
                {.documentation = "The `kestra://` URI of the file, or the `file://` URI of a local file of the server",
                 .required = true}));
};
template <>
struct DescribedQuery<DownloadQuery> {
  static constexpr auto parameters = std::tuple_cat(
      DescribedQuery<FileQuery>::parameters,
      std::tuple(parameter("format", &DownloadQuery::format,
                           {.documentation = "RAW, or JSONL: the rows of an Ion file as lines of JSON"})));
};
template <>
struct DescribedQuery<PreviewQuery> {
  using T = PreviewQuery;
  static constexpr auto parameters = std::tuple_cat(
      DescribedQuery<FileQuery>::parameters,
      std::tuple(
          parameter("maxRows", &T::max_rows, {.documentation = "The maximum number of rows or lines", .least = 1}),
          parameter("encoding", &T::encoding,
                    {.documentation = "The character set of a text file", .fallback = "utf-8"})));
};

namespace {

/// A file that can be shown, or the execution that gives access to it.
struct Located {
  std::string path;   ///< in storage
  std::string other;  ///< id of the execution whose file it is; empty: this one's
};

std::string_view without_trailing_slash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

/// The access rule (STOR-53): below this execution's root, or below the state of its flow or namespace.
base::Result<Located> locate(std::string_view uri, const model::Execution& execution, const Services& services) {
  if (uri.starts_with("file:")) {  // which of them, the rules of the machine decide
    if (services.host_files != nullptr) return Located{std::string(uri), {}};
    return base::fail(storage::host_file_refused,
                      "cannot show a local file of the server: `kestra.local-files.enable-preview` is false");
  }
  GYR_TRY(std::string path, storage::path_of_uri(uri));
  const model::FlowKey& flow = *execution.flow;
  const std::string root = storage::execution_path(flow.namespace_, flow.id, execution.id) + "/";
  const std::string flow_root = storage::flow_path(flow.namespace_, flow.id);
  const std::string namespace_root(flow_root.substr(0, flow_root.rfind('/')));
  if (path.starts_with(root) || path.starts_with(flow_root + "/states/") ||
      path.starts_with(namespace_root + "/states/")) {
    return Located{std::move(path), {}};
  }
  constexpr std::string_view marker = "/executions/";
  if (const size_t at = path.find(marker); at != std::string::npos) {
    const std::string_view rest = std::string_view(path).substr(at + marker.size());
    const std::string_view id = rest.substr(0, rest.find('/'));
    if (base::Id::parse(id)) return Located{std::move(path), std::string(id)};
  }
  return base::fail(bad_argument, fmt::format("Invalid prefix path: {}", uri));
}

/// Finds the file a request names. Where it belongs to another execution, the answer is a redirect there, so that the
/// permissions of that one decide.
base::Task<base::Result<std::variant<Located, Redirect>>> find_file(Request* request, std::string_view uri) {
  using Found = std::variant<Located, Redirect>;
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_TRY(auto located, locate(uri, loaded.row.execution, request->services()));
  if (located.other.empty()) co_return Found(std::move(located));
  std::string target = fmt::format(
      "{}/api/v1/{}/executions/{}/{}?{}", request->settings().context_path, request->tenant(), located.other,
      without_trailing_slash(request->raw_path().substr(request->raw_path().find("/file") + 1)), request->raw_query());
  co_return Found(Redirect{std::move(target)});
}

std::string name_of(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

/// The rows of an Ion file as JSON, a line each (STOR-50).
base::Task<Outcome> download_lines(Request* request, std::string path) {
  GYR_CO_TRY(auto ion, co_await file_stream(&request->services(), &request->loop(), request->tenant(), path, 0,
                                            std::numeric_limits<uint64_t>::max()));
  GYR_CO_TRY(auto lines, co_await json_lines(&request->services(), &request->loop(), std::move(ion)));
  std::string name = name_of(path);
  if (name.ends_with(".ion")) name.resize(name.size() - std::string_view(".ion").size());
  auto response = text_answer("", "application/x-ndjson");
  response.headers.add("Content-Disposition", content_disposition(name + ".jsonl"));
  response.stream = std::move(lines);
  co_return response;
}

using Download = std::variant<net::ServerResponse, Redirect>;

base::Task<base::Result<Download>> download_file(Request* request, DownloadQuery query) {
  if (query.format != "RAW" && query.format != "JSONL")
    co_return base::fail(bad_argument, fmt::format("format: unknown format `{}`, expected RAW or JSONL", query.format));
  GYR_CO_TRY(auto found, co_await find_file(request, query.path));
  if (auto* redirect = std::get_if<Redirect>(&found)) co_return Download(std::move(*redirect));
  const std::string& path = std::get<Located>(found).path;
  if (query.format == "JSONL") {
    GYR_CO_TRY(auto lines, co_await download_lines(request, path));
    co_return Download(std::move(lines));
  }
  GYR_CO_TRY(auto file,
             co_await download(&request->services(), &request->loop(), request->tenant(), path, name_of(path),
                               "application/octet-stream", std::string(request->headers().get("Range").value_or(""))));
  co_return Download(std::move(file));
}

using Metas = std::variant<json::FileMetas, Redirect>;

base::Task<base::Result<Metas>> file_metas(Request* request, FileQuery query) {
  GYR_CO_TRY(auto found, co_await find_file(request, query.path));
  if (auto* redirect = std::get_if<Redirect>(&found)) co_return Metas(std::move(*redirect));
  GYR_CO_TRY(auto attributes,
             co_await on_pool<storage::FileAttributes>(
                 &request->services().work, &request->loop(),
                 [storage = &storage_of(request->services(), std::get<Located>(found).path), tenant = request->tenant(),
                  path = std::get<Located>(found).path] { return storage->attributes(tenant, path); }));
  co_return Metas(json::FileMetas{static_cast<int64_t>(attributes.size)});
}

using Preview = std::variant<JsonOf<json::FilePreview>, Redirect>;

base::Task<base::Result<Preview>> preview_file(Request* request, PreviewQuery query) {
  const auto encoding = parse_encoding(query.encoding);
  if (!encoding) co_return base::fail(bad_argument, fmt::format("encoding: unknown encoding `{}`", query.encoding));
  const Limits& limits = request->settings().limits;
  const int64_t rows = std::min(query.max_rows.value_or(limits.preview_rows), limits.max_preview_rows);
  GYR_CO_TRY(auto found, co_await find_file(request, query.path));
  if (auto* redirect = std::get_if<Redirect>(&found)) co_return Preview(std::move(*redirect));
  using Text = JsonOf<json::FilePreview>;
  GYR_CO_TRY(Text text,
             co_await on_pool<Text>(
                 &request->services().work, &request->loop(),
                 [storage = &storage_of(request->services(), std::get<Located>(found).path), tenant = request->tenant(),
                  path = std::get<Located>(found).path, rows, encoding = *encoding]() -> base::Result<Text> {
                   GYR_TRY(auto preview, preview_of(*storage, tenant, path, static_cast<size_t>(rows), encoding));
                   return Text{to_json(preview)};
                 }));
  co_return Preview(std::move(text));
}

}  // namespace

std::vector<Route> execution_file_routes() {
  const Right may_read{"EXECUTION", Action::read};
  return {
      {.method = Method::get,
       .path = "~/executions/{executionId}/file",
       .operation = "downloadFileFromExecution",
       .summary = "Download a file of an execution",
       .rule = {may_read, of_entity},
       .handler = typed<download_file>,
       .answer = sends("application/octet-stream"),
       .also_answers = {206, 307}},
      {.method = Method::get,
       .path = "~/executions/{executionId}/file/metas",
       .operation = "getFileMetadatasFromExecution",
       .summary = "Get the size of a file of an execution",
       .rule = {may_read, of_entity},
       .handler = typed<file_metas>,
       .also_answers = {307}},
      {.method = Method::get,
       .path = "~/executions/{executionId}/file/preview",
       .operation = "previewFileFromExecution",
       .summary = "Get the beginning of a file of an execution",
       .rule = {may_read, of_entity},
       .handler = typed<preview_file>,
       .also_answers = {307}},
  };
}

}  // namespace gyr::web
