// Copyright (c) 2026, dcos.avi maintainers
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Listens through the package marathon-event-bus-client: `node event_bus_client.js URL TYPE ...`. A line of JSON for each event.

"use strict";

const MarathonEventBusClient = require("marathon-event-bus-client");

const [address, ...eventTypes] = process.argv.slice(2);
const url = new URL(address);
const tell = (name, data) => console.log(JSON.stringify({name, data}));

const client = new MarathonEventBusClient({
    marathonHost: url.hostname,
    marathonPort: url.port,
    eventTypes,
    handlers: Object.fromEntries(eventTypes.map((type) => [type, tell])),
});
client.on("subscribed", () => tell("subscribed", null));
client.on("error", ({error}) => {
    console.error(error);
    process.exit(1);
});
client.subscribe();
