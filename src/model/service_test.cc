// Services of a server: their states and what is kept of them (EXEC-132).
#include "model/service.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/codec.h"

namespace gyr::model {
namespace {

using base::Value;
using enum ServiceState;

constexpr base::Instant noon = base::Instant::of_millis(1'767'600'000'000);

Service some_service() {
  Service service;
  service.id = base::Id{7, 9};
  service.type = ServiceType::worker;
  service.server = {"server-1", false, "1.2.3", "host"};
  service.created = service.updated = service.changed = noon;
  service.sequence = 4;
  service.liveness.timeout = base::Duration::of_millis(1'500);
  return service;
}

TEST(Service, StatesFollowTheTable) {  // EXEC-132, OPS-6
  const std::vector<std::pair<ServiceState, std::vector<ServiceState>>> table = {
      {created, {running, error, disconnected}},
      {running, {error, disconnected, terminating, maintenance}},
      {maintenance, {running, error, disconnected, terminating}},
      {error, {terminating}},
      {disconnected, {terminating, not_running}},
      {terminating, {terminated_gracefully, terminated_forced, not_running}},
      {terminated_gracefully, {not_running}},
      {terminated_forced, {not_running}},
      {not_running, {inactive}},
      {inactive, {}},
  };
  for (const auto& [from, followers] : table) {
    for (const auto& [to, unused] : table) {
      const bool expected = from == to || std::ranges::find(followers, to) != followers.end();
      EXPECT_EQ(may_become(from, to), expected) << to_text(from) << " to " << to_text(to);
    }
    EXPECT_EQ(parse_service_state(to_text(from)), from);
  }
  EXPECT_EQ(parse_service_state("EMPTY"), inactive) << "as older releases name it";
  EXPECT_EQ(parse_service_state("running"), std::nullopt);
  EXPECT_TRUE(is_running(created) && is_running(running) && is_running(maintenance));
  EXPECT_FALSE(is_running(terminating) || is_running(disconnected) || is_running(error));
}

TEST(Service, KeepsTheNewestEvents) {  // OPS-6
  Service service = some_service();
  EXPECT_FALSE(service.change(inactive, noon, "no"));
  EXPECT_TRUE(service.events.empty());
  for (size_t i = 0; i < Service::max_events + 5; ++i) EXPECT_TRUE(service.change(created, noon, std::to_string(i)));
  ASSERT_EQ(service.events.size(), Service::max_events);
  EXPECT_EQ(service.events.front().value, "5");
}

TEST(Service, IsReadBackAsItWas) {  // EXEC-132
  Service service = some_service();
  ASSERT_TRUE(service.change(running, noon, "started"));
  const Value value = *base::decode_value(base::encode_value(to_value(service)));
  const auto read = service_of(value);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_value(*read), to_value(service));
  EXPECT_EQ(read->liveness.timeout, service.liveness.timeout);
  EXPECT_EQ(read->events.size(), 1u);
}

TEST(Service, InvalidServicesAreNotRead) {  // EXEC-132
  const Value whole = to_value(some_service());
  EXPECT_FALSE(service_of({}));
  EXPECT_FALSE(service_of(Value::string("x")));
  EXPECT_FALSE(service_of(Value::list({whole})));
  for (const auto& left_out : whole.entries()) {
    if (left_out.name() == "props" || left_out.name() == "metrics") continue;
    for (const Value& instead : {Value(), Value::string("no such!"), Value::integer(-1), Value::list({Value()})}) {
      base::MapBuilder map;
      for (const auto& entry : whole.entries())
        map.set(entry.name(), entry.name() == left_out.name() ? instead : entry.value);
      if (left_out.name() == "seqId" && instead.is_integer()) continue;
      EXPECT_FALSE(service_of(map.build())) << left_out.name();
    }
  }
}

}  // namespace
}  // namespace gyr::model
