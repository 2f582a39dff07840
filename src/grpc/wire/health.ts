import jspb from 'google-protobuf';

/** `grpc.health.v1.HealthCheckResponse.ServingStatus`. */
export const SERVING = 1;
export const NOT_SERVING = 2;
export const SERVICE_UNKNOWN = 3;
export type ServingStatus = typeof SERVING | typeof NOT_SERVING | typeof SERVICE_UNKNOWN;

/** The service that a `grpc.health.v1.HealthCheckRequest` asks about; the empty name is the whole server. */
export function decodeHealthRequest(bytes: Uint8Array): string {
  const reader = new jspb.BinaryReader(bytes);
  let service = '';
  while (reader.nextField() && !reader.isEndGroup()) {
    if (reader.getFieldNumber() === 1) service = reader.readString();
    else reader.skipField();
  }
  return service;
}

/** Encodes a `grpc.health.v1.HealthCheckResponse`. */
export function encodeHealthResponse(status: ServingStatus): Buffer {
  const writer = new jspb.BinaryWriter();
  writer.writeEnum(1, status);
  return Buffer.from(writer.getResultBuffer());
}
