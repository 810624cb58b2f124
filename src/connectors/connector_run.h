// One run of a task of a connector: properties, requests, outputs.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/definition.h"
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
    std::string next;   ///< address of the next page
  };

  base::Task<base::Result<base::Value>> read_properties(const Properties& specs);
  base::Task<base::Result<base::Value>> read_property(const std::string& name, const PropertySpec& spec);
  base::Result<void> check_given(const std::vector<std::vector<std::string>>& groups) const;
  base::Task<base::Result<base::Value>> render(const Template& source);
  base::Task<base::Result<std::string>> render_text(const Template& source);
  base::Task<base::Result<void>> run_step(const StepSpec& step);
  base::Task<base::Result<base::Value>> run_request(const StepSpec& step);
  base::Task<base::Result<net::ClientRequest>> build(const RequestSpec& spec);
  base::Task<base::Result<std::string>> build_path(const RequestSpec& spec);
  base::Task<base::Result<void>> authorize(net::ClientRequest* request);
  base::Task<base::Result<std::string>> password_token(const AuthSpec& auth);
  base::Task<base::Result<Answer>> send(net::ClientRequest& request);
  base::Task<base::Result<void>> judge(const Answer& answer, const net::ClientRequest& request);
  base::Task<base::Result<void>> publish(base::MapBuilder* outputs);
  base::Task<base::Result<void>> publish_rows(base::MapBuilder* outputs);
  base::Value extra() const;

  plugin::RunContext& context_;
  const ConnectorTask& task_;
  const Definition& definition_;
  const ElementSpec& element_;
  base::Value props_ = base::Value::empty_map();
  base::Value conn_ = base::Value::empty_map();
  base::Value response_;
  base::Value item_;
  base::MapBuilder steps_;
  FetchType fetch_type_ = FetchType::fetch;
  plugins::core::PreparedRequest template_;  ///< what `options` say about every request
  std::string token_key_;                    ///< of the cached token that the last request used; empty if none
};

}  // namespace gyr::connectors
