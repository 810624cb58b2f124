// What the management endpoints show of the program itself, as JSON.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// One source of values: here there is one, the configuration in use.
struct PropertySource {
  std::string name;
  int32_t order = 0;
  base::Value properties;
};
/// The configuration in use, key by key.
struct RunningEnvironment {
  std::vector<std::string> active_environments;
  std::vector<std::string> packages;
  std::vector<PropertySource> property_sources;
};

/// A part of the server.
struct Component {
  std::string type;
  std::string scope = "Singleton";
};
/// All parts of the server, by name.
struct Components {
  std::map<std::string, Component> beans;
};

/// One operation of a port.
struct ServedRoute {
  std::string port;
  std::string method;
  std::string path;
  std::string operation;
};
/// The operations of both ports.
struct ServedRoutes {
  std::vector<ServedRoute> routes;
};

/// One thread of the process.
struct ThreadInfo {
  std::string thread_name;
  int64_t thread_id = 0;
  std::string thread_state;
  int64_t cpu_time_ms = 0;
  std::optional<std::string> waits_in;
};

/// A task run that a worker has.
struct WorkingTaskRun {
  std::string id;
  std::string execution_id;
  std::string tenant_id;
  std::string flow_namespace;
  std::string flow_id;
  std::string task_id;
  int32_t attempt = 0;
};
/// A trigger that a worker evaluates.
struct WorkingTrigger {
  std::string tenant_id;
  std::string flow_namespace;
  std::string flow_id;
  std::string trigger_id;
};
/// One piece of work: of a task run or of a trigger.
struct Working {
  std::string type;
  std::string worker;
  std::optional<WorkingTaskRun> task_run;
  std::optional<WorkingTrigger> trigger;
};
/// What the workers of this server do now.
struct RunningWork {
  uint64_t running_count = 0;
  std::vector<Working> runnings;
};

/// The answer to a request that has begun something.
struct Begun {
  std::string message;
};

}  // namespace json

template <>
struct Described<json::PropertySource> {
  using T = json::PropertySource;
  static constexpr std::string_view name = "PropertySource";
  static constexpr auto fields =
      std::tuple(field("name", &T::name), field("order", &T::order),
                 field("properties", &T::properties, {.documentation = "By key; secrets are stars"}));
};
template <>
struct Described<json::RunningEnvironment> {
  using T = json::RunningEnvironment;
  static constexpr std::string_view name = "RunningEnvironment";
  static constexpr auto fields =
      std::tuple(field("activeEnvironments", &T::active_environments), field("packages", &T::packages),
                 field("propertySources", &T::property_sources));
};
template <>
struct Described<json::Component> {
  using T = json::Component;
  static constexpr std::string_view name = "Component";
  static constexpr auto fields = std::tuple(field("type", &T::type), field("scope", &T::scope));
};
template <>
struct Described<json::Components> {
  static constexpr std::string_view name = "Components";
  static constexpr auto fields = std::tuple(field("beans", &json::Components::beans));
};
template <>
struct Described<json::ServedRoute> {
  using T = json::ServedRoute;
  static constexpr std::string_view name = "ServedRoute";
  static constexpr auto fields =
      std::tuple(field("port", &T::port, {.documentation = "main or management"}), field("method", &T::method),
                 field("path", &T::path), field("operation", &T::operation));
};
template <>
struct Described<json::ServedRoutes> {
  static constexpr std::string_view name = "ServedRoutes";
  static constexpr auto fields = std::tuple(field("routes", &json::ServedRoutes::routes));
};
template <>
struct Described<json::ThreadInfo> {
  using T = json::ThreadInfo;
  static constexpr std::string_view name = "ThreadInfo";
  static constexpr auto fields =
      std::tuple(field("threadName", &T::thread_name), field("threadId", &T::thread_id),
                 field("threadState", &T::thread_state, {.example = "WAITING"}), field("cpuTimeMs", &T::cpu_time_ms),
                 field("waitsIn", &T::waits_in, {.documentation = "The function of the kernel"}));
};
template <>
struct Described<json::WorkingTaskRun> {
  using T = json::WorkingTaskRun;
  static constexpr std::string_view name = "WorkingTaskRun";
  static constexpr auto fields =
      std::tuple(field("id", &T::id), field("executionId", &T::execution_id), field("tenantId", &T::tenant_id),
                 field("namespace", &T::flow_namespace), field("flowId", &T::flow_id), field("taskId", &T::task_id),
                 field("attempt", &T::attempt, {.documentation = "Counts from 0"}));
};
template <>
struct Described<json::WorkingTrigger> {
  using T = json::WorkingTrigger;
  static constexpr std::string_view name = "WorkingTrigger";
  static constexpr auto fields = std::tuple(field("tenantId", &T::tenant_id), field("namespace", &T::flow_namespace),
                                            field("flowId", &T::flow_id), field("triggerId", &T::trigger_id));
};
template <>
struct Described<json::Working> {
  using T = json::Working;
  static constexpr std::string_view name = "Working";
  static constexpr auto fields =
      std::tuple(field("type", &T::type, {.documentation = "task or trigger", .example = "task"}),
                 field("worker", &T::worker), field("taskRun", &T::task_run), field("trigger", &T::trigger));
};
template <>
struct Described<json::RunningWork> {
  using T = json::RunningWork;
  static constexpr std::string_view name = "RunningWork";
  static constexpr auto fields = std::tuple(field("runningCount", &T::running_count), field("runnings", &T::runnings));
};
template <>
struct Described<json::Begun> {
  static constexpr std::string_view name = "Begun";
  static constexpr auto fields = std::tuple(field("message", &json::Begun::message));
};

}  // namespace gyr::web
