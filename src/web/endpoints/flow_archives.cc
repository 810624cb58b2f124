// Flows as files: export to a zip, import from YAML or a zip (API-49, API-90).
#include "storage/zip.h"
#include "web/flows.h"
#include "web/flows/values.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/forms.h"
#include "web/http/limits.h"
#include "web/routes.h"
#include "web/source_archive.h"

namespace gyr::web {

using storage::make_zip;
namespace {

using base::Value;
using executor::SaveFlow;

/// The maximum size of an export: it is built in memory.
constexpr size_t max_exported = 10'000;

base::Result<std::string> zip_of(const std::vector<store::FlowRow>& rows, base::Instant now) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& row : rows) files.emplace_back(fmt::format("{}.{}.yml", row.key.namespace_, row.key.id), row.source);
  return make_zip(files, now);
}

using Rows = std::vector<store::FlowRow>;

base::Task<Outcome> export_rows(Request* request, std::move_only_function<base::Result<Rows>(store::Reader&)> look) {
  GYR_CO_TRY(Rows rows, co_await request->read(std::move(look)));
  GYR_CO_TRY(std::string zip,
             co_await on_pool<std::string>(
                 &request->services().work, &request->loop(),
                 [rows = std::move(rows), now = request->services().clock.now()] { return zip_of(rows, now); }));
  co_return zip_answer(std::move(zip), "flows.zip");
}

base::Task<Outcome> export_by_ids(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(auto keys, flow_keys_of(body, request->tenant()));
  co_return co_await export_rows(request, [keys = std::move(keys)](store::Reader& reader) -> base::Result<Rows> {
    Rows rows;
    for (const auto& key : keys) {
      GYR_TRY(auto row, reader.flow(key, 0));
      if (row && !row->deleted) rows.push_back(*std::move(row));
    }
    return rows;
  });
}

base::Task<Outcome> export_by_query(Request* request) {
  GYR_CO_TRY(auto selection, select_flows(*request));
  co_return co_await export_rows(request,
                                 [selection = std::move(selection)](store::Reader& reader) -> base::Result<Rows> {
                                   if (selection.nothing) return Rows();
                                   return all_flows(reader, selection.query, max_exported);
                                 });
}

// ---------------------------------------------------------------------------------------------- import

base::Task<Outcome> import_flows(Request* request) {
  GYR_CO_TRY(auto upload, co_await read_upload(request, "fileUpload", request->settings().limits.archive_bytes));
  if (!upload) co_return base::fail(bad_argument, "the form has no file `fileUpload`");
  GYR_CO_TRY(auto flows, co_await on_pool<std::vector<ImportedSource>>(
                             &request->services().work, &request->loop(),
                             [upload = *std::move(upload), limits = request->settings().limits] {
                               return unpack_sources(upload, limits);
                             }));
  const bool fail_on_error = request->flag("failOnError");
  base::ListBuilder failed;
  for (auto& flow : flows) {
    auto saved = co_await save_flow(request, std::move(flow.source), SaveFlow::Mode::upsert, std::nullopt);
    const auto* problem = std::get_if<Problem>(&saved);
    if (problem == nullptr) continue;
    // A problem of one flow is reported for the flow; a failing store fails the request.
    if (fail_on_error || problem->status >= 429) co_return problem_answer(*problem, request);
    failed.push(Value::string(flow.name));
  }
  co_return json_answer(failed.build());
}

}  // namespace

std::vector<Route> flow_archive_routes() {
  return {
      {.method = Method::post,
       .path = "~/flows/export/by-ids",
       .operation = "exportFlowsByIds",
       .summary = "Export flows as a zip",
       .rule = {{"FLOW", Action::read}, of_each},
       .handler = export_by_ids,
       .body = json_body,
       .takes = json_type<std::vector<json::FlowId>>,
       .answer = sends("application/octet-stream")},
      {.method = Method::get,
       .path = "~/flows/export/by-query",
       .operation = "exportFlowsByQuery",
       .summary = "Export the flows that match as a zip",
       .rule = {{"FLOW", Action::read}, of_rows},
       .handler = export_by_query,
       .filters = Resource::flow,
       .answer = sends("application/octet-stream")},
      {.method = Method::post,
       .path = "~/flows/import",
       .operation = "importFlows",
       .summary = "Import flows from YAML or a zip",
       .rule = {{"FLOW", Action::update}, of_each},
       .handler = import_flows,
       .query = {{"failOnError", ValueKind::boolean, "Stop at the first flow that cannot be imported", false, "false"}},
       .body = multipart_body,
       .answer = answers<std::vector<std::string>>},
  };
}

}  // namespace gyr::web
