#include "host/host_service.h"

#include <array>

#include "net/loop.h"

namespace gyr::executor {

HostService::HostService(HostParts parts)
    : store_(parts.store),
      storage_(parts.storage),
      secrets_(parts.secrets),
      encryptor_(parts.encryptor),
      clock_(parts.clock),
      files_(parts.files),
      commands_(parts.commands),
      requests_(parts.requests) {}

HostService::Handler HostService::handler_of(std::string_view function) {
  // Functions of expressions by their own names, calls of tasks with a dot (plugins/host_calls.h).
  static constexpr std::pair<std::string_view, Handler> handlers[] = {
      {"kv", &HostService::kv_of_expression},
      {"kv.get", &HostService::kv_get},
      {"kv.set", &HostService::kv_set},
      {"kv.delete", &HostService::kv_delete},
      {"kv.keys", &HostService::kv_keys},
      {"kv.purge", &HostService::purge_keys},
      {"data.namespaces", &HostService::data_namespaces},
      {"executions.count", &HostService::count_executions},
      {"executions.kill", &HostService::kill_execution},
      {"executions.purge", &HostService::purge_executions},
      {"files.purge", &HostService::purge_files},
      {"storage.purge", &HostService::purge_storage},
      {"logs.fetch", &HostService::fetch_logs},
      {"logs.purge", &HostService::purge_logs},
      {"state.set", &HostService::state_set},
      {"state.get", &HostService::state_get},
      {"state.delete", &HostService::state_delete},
      {"secret", &HostService::secret},
      {"encrypt", &HostService::encrypt},
      {"decrypt", &HostService::decrypt},
      {"http", &HostService::http},
      {"randomPort", &HostService::random_port},
      {"read", &HostService::read_file},
      {"fileSize", &HostService::file_size},
      {"fileExists", &HostService::file_exists},
      {"isFileEmpty", &HostService::file_empty},
      {"namespace-file.locate", &HostService::locate_namespace_file},
      {"namespace-files.list", &HostService::namespace_files},
      {"namespace-files.put", &HostService::put_namespace_file},
      {"namespace-files.delete", &HostService::delete_namespace_file},
      {"namespace-files.purge", &HostService::purge_namespace_files},
      {"errorLogs", &HostService::error_logs},
      {"context.member", &HostService::context_member},
      {"for-each-item.outputs", &HostService::items_outputs},
      {"loop.outputs", &HostService::loop_outputs},
      {"triggers.toggle", &HostService::toggle_trigger},
  };
  for (const auto& [name, handler] : handlers) {
    if (name == function) return handler;
  }
  return nullptr;
}

void HostService::call(HostScope scope, expression::HostCall call, Done done) {
  done = answering_failed_jobs<base::Value>(std::move(done));
  Handler handler = handler_of(call.function);
  if (handler == nullptr) {
    done(base::fail(host_refused, "the server does not support the call `" + call.function + "`"));
    return;
  }
  (this->*handler)(scope, call.arguments, std::move(done));
}

}  // namespace gyr::executor
