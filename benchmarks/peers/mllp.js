// Medplum's receiver: parses, touches every OBX-3, acknowledges, keeps nothing.
import { Hl7Server } from "@medplum/hl7";

const server = new Hl7Server((connection) => {
  connection.addEventListener("message", ({ message }) => {
    for (const segment of message.getAllSegments("OBX")) segment.getField(3)?.toString();
    connection.send(message.buildAck());
  });
});
server.start(Number(process.argv[2]), "utf-8").then?.(() => console.log("listening"));
