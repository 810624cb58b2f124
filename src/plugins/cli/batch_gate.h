// The probe between the batches of a play (PLUG-118).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.h"
#include "model/retry.h"
#include "model/schema.h"
#include "plugin_api/run_context.h"
#include "plugins/core/http/http_options.h"

namespace gyr::plugins::cli {

inline constexpr base::ErrorCode gate_refused{"GYR-P051"};  ///< a batch did not pass; or the gate cannot work

/// `batchGate` of AnsibleCLI.
struct BatchGate {
  model::Dynamic<std::string> uri;
  model::Dynamic<std::string> method;
  model::Dynamic<int64_t> expected_status;
  std::optional<model::Retry> retry;
  model::Dynamic<base::Duration> timeout;
  model::Dynamic<bool> per_host;
  std::optional<core::HttpOptions> options;
  static const model::Schema& schema();
};

/// Answers the callback of one run. It asks on the standard output of the task and waits at a named pipe. Loop thread.
class GateKeeper {
 public:
  GateKeeper(plugin::RunContext& context, const BatchGate& gate);
  GateKeeper(const GateKeeper&) = delete;
  GateKeeper& operator=(const GateKeeper&) = delete;
  ~GateKeeper();

  /// What the callback must put into each question (`key`): the output of the commands cannot then be one by accident.
  const std::string& key() const { return key_; }
  /// Makes the pipe. Blocking, short.
  base::Result<void> open(std::filesystem::path pipe);
  /// Whether the line is a question of the callback. The answer follows when the hosts have been probed.
  bool take_line(std::string_view line);
  /// Ends probes that still run.
  base::Task<void> close();

  /// `{n, hosts, gate, detail}` of each batch that was probed. Once, at the end.
  base::Value take_batches() { return batches_.build(); }
  /// Why the run was ended; empty if every batch passed.
  const std::string& refusal() const { return refusal_; }

 private:
  base::Task<void> judge(int64_t batch, std::vector<std::string> hosts);
  base::Task<base::Result<void>> probe_all(std::vector<std::string> hosts);
  base::Task<base::Result<void>> probe(std::string subject, std::string url, base::CancelToken cancel);
  void answer(bool pass);

  plugin::RunContext& context_;
  const BatchGate& gate_;
  std::string key_;
  base::TaskScope probes_;
  base::ListBuilder batches_;
  std::string refusal_;
  int pipe_ = -1;
};

}  // namespace gyr::plugins::cli
