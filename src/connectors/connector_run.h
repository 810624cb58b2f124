// One run of a task of a connector: properties, steps, requests, outputs.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/definition.h"
#include "connectors/rows.h"
#include "plugin_api/run_context.h"
#include "plugin_api/task_type.h"
#include "plugins/core/http/exchange.h"

namespace gyr::connectors {

/// What an author wrote: a source for each property of the element and of the connection that is given.
struct ConnectorTask {
  std::shared_ptr<const Definition> definition;
  const ElementSpec* element = nullptr;
  std::map<std::string, model::DynamicSource> written;
  std::optional<plugins::core::HttpOptions> options;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Lives in the frame of the task; loop thread.
class ConnectorRun {
 public:
  ConnectorRun(plugin::RunContext& context, const ConnectorTask& task);

  base::Task<base::Result<base::Value>> run();

 private:
  using Properties = std::map<std::string, PropertySpec>;
  struct Answer {
    int status = 0;
    base::Value value;  ///< `status`, `headers`, `body`
    std::string link;   ///< what its `Link` header calls the next page
  };

  /// Local copies of the files that requests of this run send. They go away with the run.
  struct SentFiles {
    SentFiles() = default;
    SentFiles(const SentFiles&) = delete;
    SentFiles& operator=(const SentFiles&) = delete;
    ~SentFiles();
    std::map<std::string, std::string> by_address;  ///< the finished ones
    std::vector<std::filesystem::path> all;
  };

  struct Items;
  struct Job;

  /// A part of a run: one item, or another type that it calls. It begins with what the run knows.
  ConnectorRun(const ConnectorRun& parent, const ElementSpec& element);

  // connector_run.cc
  base::Task<base::Result<base::Value>> read_properties(const Properties& specs);
  base::Task<base::Result<base::Value>> run_element(FetchType fetch_type);
  base::Task<base::Result<void>> run_steps(const std::vector<StepSpec>& steps);
  base::Task<base::Result<void>> run_step(const StepSpec& step);
  base::Task<base::Result<base::Value>> run_action(const StepSpec& step);
  base::Task<base::Result<base::Value>> run_call(const StepSpec& step);
  base::Task<base::Result<base::Value>> run_items(const StepSpec& step);
  base::Task<void> run_lane(const StepSpec* step, Items* state);
  base::Task<base::Result<base::Value>> run_item(const StepSpec& step);
  base::Task<base::Result<void>> publish(base::MapBuilder* outputs);
  base::Task<base::Result<base::Value>> render(const Template& source);
  base::Task<base::Result<std::string>> render_text(const Template& source);
  /// Nothing if the template is absent or renders to null. `name` is that of its key.
  base::Task<base::Result<std::optional<int64_t>>> render_integer(const Template& source, std::string_view name);
  base::Error other_form(const base::Error& cause) const;
  base::Value extra() const;

  // pages.cc
  base::Task<base::Result<base::Value>> read_pages(const StepSpec& step);
  base::Task<base::Result<std::string>> next_page(const PagesSpec& pages, const Answer& answer);

  // jobs.cc
  base::Task<base::Result<base::Value>> run_job(const StepSpec& step);
  base::Task<base::Result<void>> begin_job(Job* job);
  base::Task<base::Result<void>> start_job(Job* job);
  base::Task<base::Result<bool>> look_up(Job* job);
  base::Task<base::Result<base::Value>> wait_for_job(Job* job);
  base::Task<base::Result<void>> keep_started(Job* job);
  base::Task<void> kill_job(const Job& job);
  base::Task<base::Result<net::ClientResponse>> send_kill(const RequestSpec& spec);
  base::Task<base::Result<base::Value>> read_position();
  base::Task<base::Result<void>> keep_position(const Job& job, bool started);
  std::string position_name() const;
  static base::Value job_value(const Job& job);
  base::Task<base::Result<std::chrono::nanoseconds>> render_duration(const Template& source,
                                                                     std::chrono::nanoseconds absent,
                                                                     std::string_view name);

  // requests.cc
  base::Task<base::Result<net::ClientRequest>> build(const RequestSpec& spec);
  base::Task<base::Result<std::string>> build_path(const RequestSpec& spec);
  base::Task<base::Result<Answer>> ask(const RequestSpec& spec, bool idempotent = false);
  base::Task<base::Result<Answer>> send(const net::ClientRequest& request, const RequestSpec& spec);
  /// Certificates of the connector, of requests and of logins.
  base::Task<base::Result<void>> set_tls(net::ClientRequest* request);
  base::Task<base::Result<void>> judge(const Answer& answer, const net::ClientRequest& request,
                                       const RequestSpec& spec);

  // bodies.cc
  base::Task<base::Result<void>> set_body(const RequestSpec& spec, net::ClientRequest* request);
  base::Task<base::Result<void>> add_part(std::string_view name, const base::Value& value, net::ClientRequest* request);
  base::Task<base::Result<std::string>> local_copy(const std::string& uri);

  // authorization.cc
  base::Task<base::Result<void>> authorize(net::ClientRequest* request);
  base::Task<base::Result<std::string>> access_token(const AuthSpec& auth);
  base::Task<base::Result<base::Value>> grant(const AuthSpec& auth);
  base::Task<base::Result<std::string>> web_token(const AuthSpec& auth);
  base::Task<base::Result<std::string>> session_token(const AuthSpec& auth);
  base::Task<base::Result<void>> sign_oauth1(const AuthSpec& auth, net::ClientRequest* request);

  plugin::RunContext& context_;
  const ConnectorTask& task_;
  const Definition& definition_;
  const ElementSpec& element_;
  base::Value props_ = base::Value::empty_map();
  base::Value conn_ = base::Value::empty_map();
  base::Value response_;
  base::Value item_;
  base::Value page_;
  base::Value job_;
  base::Value resumed_;      ///< the position of a job that a lost worker has kept; null: none
  base::Value last_answer_;  ///< of the request that started or found a job
  int last_status_ = 0;      ///< of the last request; 0: no answer came
  base::MapBuilder steps_;
  std::optional<RowSink> sink_;              ///< of an element that gives rows
  plugins::core::PreparedRequest template_;  ///< what `options` say about every request
  std::string token_key_;                    ///< of the cached token that the last request used; empty if none
  std::string token_;                        ///< that token
  base::CancelToken cancel_;                 ///< ends requests, logins and waits
  std::shared_ptr<SentFiles> sent_files_;    ///< of the run and all its parts
};

}  // namespace gyr::connectors
