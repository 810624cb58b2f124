#include "model/service.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gyr::model {

using base::Value;

namespace {

constexpr std::array<std::pair<ServiceType, std::string_view>, 5> service_types = {
    {{ServiceType::executor, "EXECUTOR"},
     {ServiceType::indexer, "INDEXER"},
     {ServiceType::scheduler, "SCHEDULER"},
     {ServiceType::webserver, "WEBSERVER"},
     {ServiceType::worker, "WORKER"}}};

constexpr std::array<std::pair<ServiceState, std::string_view>, 10> service_states = {
    {{ServiceState::created, "CREATED"},
     {ServiceState::running, "RUNNING"},
     {ServiceState::error, "ERROR"},
     {ServiceState::disconnected, "DISCONNECTED"},
     {ServiceState::terminating, "TERMINATING"},
     {ServiceState::terminated_gracefully, "TERMINATED_GRACEFULLY"},
     {ServiceState::terminated_forced, "TERMINATED_FORCED"},
     {ServiceState::not_running, "NOT_RUNNING"},
     {ServiceState::inactive, "INACTIVE"},
     {ServiceState::maintenance, "MAINTENANCE"}}};

constexpr uint16_t bit(ServiceState state) { return static_cast<uint16_t>(1u << static_cast<unsigned>(state)); }

template <class... States>
constexpr uint16_t any_of(States... states) {
  return static_cast<uint16_t>((bit(states) | ...));
}

/// What may follow on a state, besides itself.
uint16_t followers(ServiceState from) {
  using enum ServiceState;
  switch (from) {
    case created: return any_of(running, error, disconnected);
    case running: return any_of(error, disconnected, terminating, maintenance);
    case maintenance: return any_of(running, error, disconnected, terminating);
    case error: return any_of(terminating);
    case disconnected: return any_of(terminating, not_running);
    case terminating: return any_of(terminated_gracefully, terminated_forced, not_running);
    case terminated_gracefully:
    case terminated_forced: return any_of(not_running);
    case not_running: return any_of(inactive);
    case inactive: return 0;
  }
  return 0;
}

Value liveness_value(const ServiceLiveness& liveness) {
  return Value::map({{"enabled", Value::boolean(liveness.enabled)},
                     {"interval", Value::duration(liveness.interval)},
                     {"timeout", Value::duration(liveness.timeout)},
                     {"initialDelay", Value::duration(liveness.initial_delay)},
                     {"heartbeatInterval", Value::duration(liveness.heartbeat_interval)}});
}

// ---- reading what is stored: whatever does not fit leaves `fits` false

class Fields {
 public:
  Fields(const Value& map, bool& fits) : map_(map), fits_(fits) {}

  const Value& get(std::string_view name, Value::Kind kind) {
    static const Value none;
    const Value* found = map_.find(name);
    if (found == nullptr || found->kind() != kind) {
      fits_ = false;
      return none;
    }
    return *found;
  }
  std::string text(std::string_view name) {
    const Value& value = get(name, Value::Kind::string);
    return value.is_string() ? std::string(value.text()) : "";
  }
  base::Instant instant(std::string_view name) {
    const Value& value = get(name, Value::Kind::instant);
    return value.is_null() ? base::Instant() : value.as_instant();
  }
  base::Duration duration(std::string_view name) {
    const Value& value = get(name, Value::Kind::duration);
    return value.is_null() ? base::Duration() : value.as_duration();
  }
  template <class T>
  T known(std::optional<T> parsed) {
    if (!parsed) fits_ = false;
    return parsed.value_or(T{});
  }

 private:
  const Value& map_;
  bool& fits_;
};

void read_server(Fields fields, ServerIdentity& server) {
  server.id = fields.text("id");
  server.standalone = fields.text("type") == "STANDALONE";
  server.version = fields.text("version");
  server.hostname = fields.text("hostname");
}

void read_liveness(Fields fields, ServiceLiveness& liveness) {
  const Value& enabled = fields.get("enabled", Value::Kind::boolean);
  liveness.enabled = enabled.is_boolean() && enabled.as_boolean();
  liveness.interval = fields.duration("interval");
  liveness.timeout = fields.duration("timeout");
  liveness.initial_delay = fields.duration("initialDelay");
  liveness.heartbeat_interval = fields.duration("heartbeatInterval");
}

}  // namespace

std::string_view to_text(ServiceType type) { return service_types[static_cast<size_t>(type)].second; }

std::optional<ServiceType> parse_service_type(std::string_view text) {
  const auto found = std::ranges::find(service_types, text, &std::pair<ServiceType, std::string_view>::second);
  return found == service_types.end() ? std::nullopt : std::optional(found->first);
}

std::string_view to_text(ServiceState state) { return service_states[static_cast<size_t>(state)].second; }

std::optional<ServiceState> parse_service_state(std::string_view text) {
  if (text == "EMPTY") return ServiceState::inactive;
  const auto found = std::ranges::find(service_states, text, &std::pair<ServiceState, std::string_view>::second);
  return found == service_states.end() ? std::nullopt : std::optional(found->first);
}

bool is_running(ServiceState state) {
  return (any_of(ServiceState::created, ServiceState::running, ServiceState::maintenance) & bit(state)) != 0;
}

bool goes_into_maintenance(ServiceType type) {
  return type == ServiceType::executor || type == ServiceType::indexer || type == ServiceType::worker;
}

bool may_become(ServiceState from, ServiceState to) { return from == to || (followers(from) & bit(to)) != 0; }

bool Service::change(ServiceState to, base::Instant now, std::string reason) {
  if (!may_become(state, to)) return false;
  state = to;
  changed = now;
  events.push_back({now, to, std::move(reason)});
  if (events.size() > max_events) events.erase(events.begin());
  return true;
}

Value to_value(const Service& service) {
  base::ListBuilder events;
  for (const Service::Event& event : service.events) {
    events.push(Value::map({{"ts", Value::instant(event.at)},
                            {"value", Value::string(event.value)},
                            {"type", Value::string("service.state.updated")},
                            {"state", Value::string(to_text(event.state))}}));
  }
  const ServerIdentity& server = service.server;
  return Value::map({
      {"id", Value::string(service.id.to_text())},
      {"type", Value::string(to_text(service.type))},
      {"state", Value::string(to_text(service.state))},
      {"server", Value::map({{"id", Value::string(server.id)},
                             {"type", Value::string(server.standalone ? "STANDALONE" : "SERVER")},
                             {"version", Value::string(server.version)},
                             {"hostname", Value::string(server.hostname)},
                             {"props", Value::empty_map()},
                             {"metrics", Value::empty_list()}})},
      {"createdAt", Value::instant(service.created)},
      {"updatedAt", Value::instant(service.updated)},
      {"stateChangedAt", Value::instant(service.changed)},
      {"events", events.build()},
      {"config", Value::map({{"terminationGracePeriod", Value::duration(service.liveness.termination_grace)},
                             {"liveness", liveness_value(service.liveness)}})},
      {"props", Value::empty_map()},
      {"metrics", Value::empty_list()},
      {"seqId", Value::integer(service.sequence)},
  });
}

std::optional<Service> service_of(const Value& value) {
  bool fits = true;
  Fields fields(value, fits);
  Service service;
  service.id = fields.known(base::Id::parse(fields.text("id")));
  service.type = fields.known(parse_service_type(fields.text("type")));
  service.state = fields.known(parse_service_state(fields.text("state")));
  read_server(Fields(fields.get("server", Value::Kind::map), fits), service.server);
  service.created = fields.instant("createdAt");
  service.updated = fields.instant("updatedAt");
  service.changed = fields.instant("stateChangedAt");
  const Value& config = fields.get("config", Value::Kind::map);
  service.liveness.termination_grace = Fields(config, fits).duration("terminationGracePeriod");
  read_liveness(Fields(Fields(config, fits).get("liveness", Value::Kind::map), fits), service.liveness);
  const Value& sequence = fields.get("seqId", Value::Kind::integer);
  if (sequence.is_integer()) service.sequence = sequence.as_integer();
  const Value& events = fields.get("events", Value::Kind::list);
  for (size_t i = 0; i < events.size(); ++i) {
    Fields event(*events.at(i), fits);
    service.events.push_back(
        {event.instant("ts"), event.known(parse_service_state(event.text("state"))), event.text("value")});
  }
  if (!fits) return std::nullopt;
  return service;
}

}  // namespace gyr::model
